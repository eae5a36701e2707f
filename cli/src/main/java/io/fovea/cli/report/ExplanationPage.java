package io.fovea.cli.report;

import io.fovea.data.png.Raster;
import io.fovea.explain.FeatureMaps;
import io.fovea.inference.Prediction;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** An {@link Explanation} as one self-contained page of HTML. */
final class ExplanationPage {
  private static final int TOP = 5;

  /** The most maps or filters of a layer on the page; the sheet beside it has more. */
  private static final int MOST_TILES = 64;

  private final Explanation facts;
  private final HtmlBuilder page;
  private final String label;

  ExplanationPage(Explanation facts) {
    this.facts = facts;
    this.label = facts.network().labels().get(facts.label());
    this.page = Document.begin("Looking inside: " + facts.name());
  }

  String html() {
    page.open("header").element("h1", "Looking inside: " + facts.name());
    page.open("p", "class", "lead").text("The prediction is ");
    page.element("bdi", facts.answer().label(), "class", "name");
    page.text(", with probability " + NumberFormats.percent(facts.answer().probability(), 2) + ".");
    facts
        .answer()
        .answer()
        .ifPresent(own -> page.text(" The answer is ").element("bdi", own + "."));
    page.close().close();
    answer();
    places();
    layers();
    filters();
    return Document.end(page);
  }

  private void answer() {
    page.open("section").element("h2", "The picture and the prediction");
    page.element(
        "p",
        "The picture is shown as the network's input: %s × %s pixels, %s, and inverted if its background differs from that of the training images."
            .formatted(
                NumberFormats.count(facts.image().width()),
                NumberFormats.count(facts.image().height()),
                facts.image().channels() == 1 ? "grey" : "in colour"));
    page.open("div", "class", "pair");
    page.open("figure", "class", "look");
    picture(HeatPicture.plain(facts.image()), "the picture", "coarse");
    page.close();
    HtmlTable table = new HtmlTable(page, "The most probable classes", "numbers");
    table.head("class", "probability");
    for (Prediction.ClassProbability best : facts.answer().top(TOP)) {
      table.row(best.label());
      table.bar(best.probability(), NumberFormats.percent(best.probability(), 2));
    }
    table.end();
    page.close().close();
  }

  private void places() {
    page.open("section").element("h2", "Positions that support it");
    page.open("p").text("Two methods show which positions of the picture support ");
    page.element("bdi", label, "class", "name").text(".").close();
    page.open("div", "class", "looks");
    gradCam();
    occlusion();
    page.close().close();
  }

  private void gradCam() {
    page.open("figure", "class", "look").element("h3", "Grad-CAM");
    picture(facts.gradCamPicture(), "Grad-CAM of " + label, "fine");
    page.open("figcaption", "class", "palette").text("none ");
    page.element("span", "", "class", "scale warm").text(" most").close();
    page.element(
        "p",
        "The weight of each map of the layer %s is the mean gradient of the class's output with respect to it. %s The maps have %s × %s positions; values between are interpolated."
            .formatted(
                facts.layer(),
                facts.gradCam().largest() > 0
                    ? "Colour shows where their weighted sum supports the class."
                    : "No position supports this class.",
                NumberFormats.count(facts.gradCam().width()),
                NumberFormats.count(facts.gradCam().height())));
    page.close();
  }

  private void occlusion() {
    double p = facts.answer().probabilities().get(facts.label());
    page.open("figure", "class", "look").element("h3", "Occlusion");
    picture(facts.occlusionPicture(), "occlusion for " + label, "coarse");
    page.open("figcaption", "class", "palette").text("against ");
    page.element("span", "", "class", "scale cold").text(" ");
    page.element("span", "", "class", "scale warm").text(" for").close();
    page.element(
        "p",
        "A grey square of %s × %s pixels covers successive positions, %s apart, and the network predicts again. The class's probability is %s for the uncovered picture, %s with its most important position covered, and %s with the most misleading one."
            .formatted(
                NumberFormats.count(facts.occlusion().patch()),
                NumberFormats.count(facts.occlusion().patch()),
                NumberFormats.count(facts.occlusion().stride()),
                NumberFormats.percent(p, 2),
                NumberFormats.percent(p - facts.drops().largest(), 2),
                NumberFormats.percent(p - facts.drops().least(), 2)));
    page.close();
  }

  private void layers() {
    page.open("section").element("h2", "Layer by layer");
    page.open("p", "class", "palette").text("blue: negative ");
    page.element("span", "", "class", "scale").text(" orange: positive");
    page.text("; white is zero; each layer has its own scale.").close();
    for (FeatureMaps.Layer layer : facts.layers()) {
      layer(layer);
    }
    page.close();
  }

  private void layer(FeatureMaps.Layer layer) {
    LayerPicture picture = new LayerPicture(layer);
    int all = layer.value().shape().size(0);
    page.open("h3").text(layer.node());
    page.element(
        "span",
        String.format(
            Locale.ROOT,
            " %s, %s; full colour means %.3g",
            layer.type(),
            picture.hasMaps()
                ? "%s maps of %s × %s"
                    .formatted(
                        NumberFormats.count(all),
                        NumberFormats.count(layer.value().shape().size(2)),
                        NumberFormats.count(layer.value().shape().size(1)))
                : NumberFormats.count(all) + " numbers",
            picture.most()),
        "class",
        "note");
    page.close();
    if (!picture.hasMaps()) {
      picture(picture.sheet(), layer.node(), "row");
      if (all == facts.network().labels().size() && all == picture.count()) {
        String names = String.join(", ", facts.network().labels());
        page.element("p", "One cell for each class, in this order: " + names, "class", "note");
      }
      note(picture.count(), all);
      return;
    }
    List<Raster> tiles = picture.tiles();
    int shown = Math.min(MOST_TILES, tiles.size());
    tiles(tiles.subList(0, shown), layer.node() + ", map ");
    note(shown, all);
  }

  private void tiles(List<Raster> tiles, String says) {
    page.open("div", "class", "filters");
    for (int t = 0; t < tiles.size(); t++) {
      page.open("figure");
      picture(tiles.get(t), says + t, "coarse");
      page.close();
    }
    page.close();
  }

  private void note(int shown, int all) {
    if (shown < all) {
      page.element("p", "The first " + NumberFormats.count(shown) + " are shown.", "class", "note");
    }
  }

  private void filters() {
    List<Filters> all = Filters.each(facts.network());
    if (all.isEmpty()) {
      return;
    }
    page.open("section").element("h2", "The filters of the layers");
    page.element(
        "p",
        "The filters of each convolution, which do not depend on the picture; each has its own scale. After the first layer, a filter has a kernel for each input map: a row is a filter, a column a map.");
    for (Filters filters : all) {
      page.open("h3").text(filters.name());
      page.element(
          "span",
          " %s filters of %s × %s × %s"
              .formatted(
                  NumberFormats.count(filters.count()),
                  NumberFormats.count(filters.channels()),
                  NumberFormats.count(filters.width()),
                  NumberFormats.count(filters.height())),
          "class",
          "note");
      page.close();
      filters(filters);
    }
    page.close();
  }

  private void filters(Filters filters) {
    if (!filters.isMean()) {
      int shown = Math.min(MOST_TILES, filters.count());
      List<Raster> tiles = IntStream.range(0, shown).mapToObj(filters::picture).toList();
      tiles(tiles, filters.name() + ", filter ");
      note(shown, filters.count());
      return;
    }
    String name = "Filters of " + filters.name();
    page.open("div", "class", "wide", "role", "region", "aria-label", name, "tabindex", "0");
    picture(filters.sheet(), name, "sheet");
    page.close();
    if (filters.isCut()) {
      page.element("p", "The first filters and maps are shown.", "class", "note");
    }
  }

  private void picture(Raster picture, String says, String look) {
    page.empty("img", "class", look, "alt", says, "src", PageImages.address(picture));
  }
}

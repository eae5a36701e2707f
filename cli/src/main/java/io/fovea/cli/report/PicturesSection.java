package io.fovea.cli.report;

import io.fovea.data.png.Raster;
import io.fovea.dataset.Dataset;
import io.fovea.metrics.Evaluation.Mistake;
import java.util.List;

/** The mistakes with the largest losses, and the first filters. */
final class PicturesSection {
  private static final int MOST_MISTAKES = 24;
  private static final int MOST_FILTERS = 256;

  /** Pictures of fewer columns are enlarged with visible pixels. */
  private static final int COARSE = 96;

  private PicturesSection() {}

  static void mistakes(HtmlBuilder page, ReportData.Test test, List<String> labels) {
    List<Mistake> mistakes = test.evaluation().mistakes();
    Dataset images = test.images();
    int channels = images.shape().size(0);
    if (images.shape().rank() != 3 || (channels != 1 && channels != 3)) {
      return; // not displayable as pictures
    }
    page.open("section").element("h2", "The worst mistakes");
    if (mistakes.isEmpty()) {
      page.element("p", "There are none: every test image was classified correctly.").close();
      return;
    }
    page.element(
        "p",
        "The test images with the largest losses, the worst first: the network gave their true class a very low probability. The percentage is the probability of the predicted class. Some are hard for people too, and some may have a wrong label.");
    page.open("div", "class", "gallery");
    for (Mistake mistake : mistakes.subList(0, Math.min(MOST_MISTAKES, mistakes.size()))) {
      mistake(page, mistake, images, labels);
    }
    page.close().close();
  }

  private static void mistake(
      HtmlBuilder page, Mistake mistake, Dataset images, List<String> labels) {
    String label = labels.get(mistake.label());
    String predicted = labels.get(mistake.predicted());
    page.open("figure", "title", images.origin(mistake.index()));
    Raster picture = PageImages.image(images, mistake.index());
    page.empty(
        "img",
        "class",
        picture.width() < COARSE ? "coarse" : "fine",
        "alt",
        label + ", predicted as " + predicted,
        "src",
        PageImages.address(picture));
    // Names may be written from right to left; bdi isolates them from the text around.
    page.open("figcaption").text("true ").element("bdi", label, "class", "name");
    page.text(", predicted ").element("bdi", predicted, "class", "name");
    page.text(" (" + NumberFormats.percent(mistake.probability(), 1) + ")");
    page.element("span", "loss " + NumberFormats.loss(mistake.loss()), "class", "note");
    page.close().close();
  }

  static void filters(HtmlBuilder page, Filters filters) {
    page.open("section").element("h2", "The filters of the first layer");
    page.element(
        "p",
        "A convolution slides small filters over the picture; its output is large where the picture resembles the filter: an edge, a corner, a spot. These are the %s filters of %s after training, %s × %s pixels each."
            .formatted(
                NumberFormats.count(filters.count()),
                filters.name(),
                NumberFormats.count(filters.width()),
                NumberFormats.count(filters.height())));
    if (filters.inColour()) {
      page.element(
          "p",
          "Red, green and blue are the weights of the picture's three channels: mid-grey is zero, brighter is positive, darker negative; each filter has its own scale.");
    } else {
      page.open("p", "class", "palette").text("blue: negative ");
      page.element("span", "", "class", "scale").text(" orange: positive");
      page.text("; white is zero; each filter has its own scale.");
      if (filters.isMean()) {
        page.text(" The picture shows the mean over the filter's input channels.");
      }
      page.close();
    }
    page.open("div", "class", "filters");
    int shown = Math.min(MOST_FILTERS, filters.count());
    for (int o = 0; o < shown; o++) {
      String name = Integer.toString(o);
      page.open("figure");
      page.empty(
          "img",
          "class",
          "coarse",
          "alt",
          "filter " + name,
          "src",
          PageImages.address(filters.picture(o)));
      page.element("figcaption", name).close();
    }
    page.close();
    if (shown < filters.count()) {
      page.element("p", "The first " + shown + " are shown.");
    }
    page.close();
  }
}

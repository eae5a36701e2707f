package io.fovea.cli.report;

import io.fovea.metrics.ConfusionMatrix;
import io.fovea.metrics.Evaluation;
import io.fovea.metrics.RocAuc;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** The classes, and which of them the network confuses. */
final class ClassesSection {
  /** A matrix of more classes would be unreadable. */
  private static final int MOST_IN_MATRIX = 60;

  /** With more classes, cells are smaller and zeros are left out. */
  private static final int ROOMY = 12;

  private static final int MOST_MIXED_UP = 10;

  /** The most characters of a name beside the matrix. */
  private static final int LONGEST = 21;

  private final HtmlBuilder page;
  private final ConfusionMatrix confusion;
  private final RocAuc rocAuc;
  private final List<String> labels;

  private ClassesSection(HtmlBuilder page, Evaluation evaluation, List<String> labels) {
    this.page = page;
    this.confusion = evaluation.confusion();
    this.rocAuc = evaluation.rocAuc();
    this.labels = labels;
  }

  static void write(HtmlBuilder page, Evaluation evaluation, List<String> labels) {
    ClassesSection section = new ClassesSection(page, evaluation, labels);
    section.whole();
    section.each();
  }

  /** The same of classes that do not exclude each other. */
  static void write(HtmlBuilder page, LabelFigures figures) {
    page.open("section").element("h2", "Class by class");
    page.element(
        "p",
        "A photo can have several classes: each is named from its threshold on. AP: the average precision, over all thresholds; 100 % where every photo of the class has a larger probability for it than all others. Precision: of the images named so, the share that are. Recall: of the images of the class, the share that are named so. F1 is the harmonic mean of the two.");
    HtmlTable table = new HtmlTable(page, "Class by class", "numbers");
    table.head(LabelFigures.heads());
    for (LabelFigures.Row row : figures.perClass()) {
      table.row(row.label());
      row.cells().stream().skip(1).forEach(table::number);
    }
    table.end();
    page.close();
  }

  private void whole() {
    page.open("section").element("h2", "Correct and wrong predictions");
    long most = IntStream.range(0, labels.size()).mapToLong(confusion::support).max().orElseThrow();
    double lazy = confusion.total() == 0 ? 0 : (double) most / confusion.total();
    boolean drawn = labels.size() <= MOST_IN_MATRIX;
    String reading =
        drawn
            ? "Every test image is counted in one cell of the confusion matrix: the row is its true class, the column its predicted class. Correct predictions are on the diagonal, in blue; mistakes are orange. The stronger the colour, the larger the share of the row. "
            : "A confusion matrix of %s classes is too large to draw. "
                .formatted(NumberFormats.count(labels.size()));
    page.element(
        "p",
        "%sFor comparison: always predicting the most frequent class would be correct for %s of the images."
            .formatted(reading, NumberFormats.percent(lazy, 1)));
    page.open("div", "class", "pair");
    if (drawn) {
      matrix();
    }
    mixedUp();
    page.close().close();
  }

  private void matrix() {
    int classes = labels.size();
    boolean roomy = classes <= ROOMY;
    boolean upright = labels.stream().anyMatch(label -> label.length() > 3);
    page.open(
        "div",
        "class",
        "wide",
        "role",
        "region",
        "aria-label",
        "Confusion matrix",
        "tabindex",
        "0");
    page.open("table", "class", "matrix" + (roomy ? " roomy" : "") + (upright ? " upright" : ""));
    page.open("thead").open("tr").element("td", "");
    page.element("th", "predicted", "colspan", Integer.toString(classes), "class", "axis").close();
    page.open("tr").element("th", "true", "class", "axis corner");
    for (String label : labels) {
      page.open("th", "scope", "col", "title", label).element("span", brief(label)).close();
    }
    page.close().close().open("tbody");
    for (int label = 0; label < classes; label++) {
      page.open("tr");
      page.open("th", "scope", "row", "title", labels.get(label));
      page.element("span", brief(labels.get(label))).close();
      for (int predicted = 0; predicted < classes; predicted++) {
        cell(label, predicted, roomy);
      }
      page.close();
    }
    page.close().close().close();
  }

  /** A long name without its middle: names with the same beginning often differ at the end. */
  private static String brief(String label) {
    int length = label.codePointCount(0, label.length());
    if (length <= LONGEST) {
      return label;
    }
    int half = (LONGEST - 1) / 2;
    return "%s\u2026%s"
        .formatted(
            label.substring(0, label.offsetByCodePoints(0, half)),
            label.substring(label.offsetByCodePoints(label.length(), -half)));
  }

  private void cell(int label, int predicted, boolean roomy) {
    long count = confusion.count(label, predicted);
    if (count == 0) {
      page.element("td", roomy ? "0" : "");
      return;
    }
    double share = (double) count / confusion.support(label);
    boolean hit = label == predicted;
    // Mistakes are rare in a good network: the square root makes one in a thousand visible.
    double shade = hit ? share : Math.min(1, 0.12 + 1.6 * Math.sqrt(share));
    page.element(
        "td",
        NumberFormats.count(count),
        "class",
        hit ? "hit" : "miss",
        "style",
        String.format(Locale.ROOT, "--s:%.0f%%", shade * 100),
        "title",
        "%s predicted as %s: %s of %s (%s)"
            .formatted(
                labels.get(label),
                labels.get(predicted),
                NumberFormats.count(count),
                NumberFormats.count(confusion.support(label)),
                NumberFormats.percent(share, 1)));
  }

  private void mixedUp() {
    List<ReportData.Confused> mixes = ReportData.confused(confusion);
    if (mixes.isEmpty()) {
      return;
    }
    page.open("div").element("h3", "Most frequently confused");
    HtmlTable table = new HtmlTable(page, "Most frequently confused", "numbers");
    table.head("is");
    table.headOfWords("predicted");
    table.head("images", "of this class");
    for (ReportData.Confused mix : mixes.subList(0, Math.min(MOST_MIXED_UP, mixes.size()))) {
      table.row(labels.get(mix.label()));
      table.words(labels.get(mix.predicted()));
      table.number(NumberFormats.count(mix.count()));
      table.number(NumberFormats.percent((double) mix.count() / confusion.support(mix.label()), 1));
    }
    table.end();
    page.close();
  }

  private void each() {
    page.open("section").element("h2", "Class by class");
    page.element(
        "p",
        "Precision: of the images predicted as this class, the share that are of it. Recall: of the images of this class, the share predicted as it. F1 is the harmonic mean of the two. ROC-AUC: the chance that an image of this class gets a larger probability for it than an image of another class; 1 is perfect, 0.5 is guessing. The last row is the mean over the classes, each with the same weight (macro average).");
    boolean folded = labels.size() > MOST_IN_MATRIX;
    if (folded) {
      page.open("details");
      page.element("summary", "All " + NumberFormats.count(labels.size()) + " classes");
    }
    HtmlTable table = new HtmlTable(page, "Class by class", "numbers");
    table.head("class", "images", "precision", "recall", "F1", "ROC-AUC");
    for (int k = 0; k < labels.size(); k++) {
      boolean seen = confusion.support(k) > 0;
      table.row(labels.get(k));
      table.number(NumberFormats.count(confusion.support(k)));
      table.number(
          isTaken(k) ? NumberFormats.percent(confusion.precision(k), 1) : NumberFormats.NONE);
      table.number(seen ? NumberFormats.percent(confusion.recall(k), 1) : NumberFormats.NONE);
      table.bar(
          seen ? confusion.f1(k) : 0,
          seen ? NumberFormats.percent(confusion.f1(k), 1) : NumberFormats.NONE);
      table.number(area(rocAuc.perClass().get(k)));
    }
    table.total("macro average");
    table.number(NumberFormats.count(confusion.total()));
    table.number(NumberFormats.percent(confusion.macroPrecision(), 1));
    table.number(NumberFormats.percent(confusion.macroRecall(), 1));
    table.bar(confusion.macroF1(), NumberFormats.percent(confusion.macroF1(), 1));
    table.number(area(rocAuc.macro()));
    table.end();
    if (folded) {
      page.close();
    }
    page.close();
  }

  private static String area(OptionalDouble area) {
    return area.isPresent() ? NumberFormats.area(area.getAsDouble()) : NumberFormats.NONE;
  }

  /** True if any image was predicted as class k; otherwise it has no precision. */
  private boolean isTaken(int k) {
    return confusion.taken(k) > 0;
  }
}

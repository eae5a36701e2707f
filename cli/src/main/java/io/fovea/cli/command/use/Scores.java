package io.fovea.cli.command.use;

import io.fovea.cli.report.NumberFormats;
import io.fovea.file.Table;
import io.fovea.metrics.Calibration;
import io.fovea.metrics.ConfusionMatrix;
import io.fovea.metrics.Evaluation;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** An evaluation: the figures of all images, of each class, and what was taken for what. */
record Scores(
    double accuracy,
    double loss,
    long count,
    Optional<Top> top,
    Averages macro,
    Averages micro,
    @Nullable Double rocAuc,
    Reliability calibration,
    List<OfClass> perClass,
    List<long[]> confusion) {
  private static final String NONE = "-";

  /** The share of images whose class is among the k most probable. */
  record Top(int k, double accuracy) {}

  record Averages(double precision, double recall, double f1) {}

  /** The expected calibration error, and the bins that it is from. */
  record Reliability(double error, List<Bin> bins) {}

  record Bin(double from, double to, long count, double confidence, double accuracy) {}

  /** The area is null where no image, or every image, is of the class. */
  record OfClass(
      String label,
      double precision,
      double recall,
      double f1,
      long support,
      @Nullable Double rocAuc) {}

  /**
   * The scores of an evaluation.
   *
   * @param labels the names of the classes
   * @param top the K of top-K accuracy, if requested
   */
  static Scores of(Evaluation evaluation, List<String> labels, OptionalInt top) {
    ConfusionMatrix matrix = evaluation.confusion();
    Calibration calibration = evaluation.calibration();
    return new Scores(
        evaluation.accuracy(),
        evaluation.loss(),
        evaluation.count(),
        top.stream().mapToObj(k -> new Top(k, evaluation.ranks().topAccuracy(k))).findFirst(),
        new Averages(matrix.macroPrecision(), matrix.macroRecall(), matrix.macroF1()),
        new Averages(matrix.micro(), matrix.micro(), matrix.micro()),
        orNull(evaluation.rocAuc().macro()),
        new Reliability(
            calibration.error(),
            IntStream.range(0, Calibration.BINS).mapToObj(bin -> bin(calibration, bin)).toList()),
        IntStream.range(0, labels.size())
            .mapToObj(
                k ->
                    new OfClass(
                        labels.get(k),
                        matrix.precision(k),
                        matrix.recall(k),
                        matrix.f1(k),
                        matrix.support(k),
                        orNull(evaluation.rocAuc().perClass().get(k))))
            .toList(),
        IntStream.range(0, labels.size()).mapToObj(k -> row(matrix, k)).toList());
  }

  private static Bin bin(Calibration calibration, int bin) {
    return new Bin(
        Calibration.from(bin),
        Calibration.to(bin),
        calibration.count(bin),
        calibration.confidence(bin),
        calibration.accuracy(bin));
  }

  private static @Nullable Double orNull(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private static long[] row(ConfusionMatrix matrix, int label) {
    return IntStream.range(0, matrix.classes()).mapToLong(k -> matrix.count(label, k)).toArray();
  }

  void print(PrintStream out) {
    out.printf(Locale.ROOT, "accuracy %s, loss %.4f, %,d images%n", percent(accuracy), loss, count);
    top.ifPresent(
        best -> out.printf(Locale.ROOT, "top-%d accuracy %s%n", best.k, percent(best.accuracy)));
    out.printf(
        Locale.ROOT,
        "expected calibration error %s (%d bins); ROC-AUC %s, mean over the classes%n%n",
        percent(calibration.error),
        Calibration.BINS,
        area(rocAuc));
    out.print(classes());
    out.println();
    out.print(matrix());
  }

  private Table classes() {
    Table table = new Table("class", "images", "precision", "recall", "F1", "ROC-AUC");
    perClass.forEach(
        one ->
            table.row(
                one.label,
                "%,d".formatted(one.support),
                percent(one.precision),
                percent(one.recall),
                percent(one.f1),
                area(one.rocAuc)));
    String images = "%,d".formatted(count);
    table.row(
        "macro average",
        images,
        percent(macro.precision),
        percent(macro.recall),
        percent(macro.f1),
        area(rocAuc));
    String same = percent(micro.f1);
    table.row("micro average", images, same, same, same, "");
    return table;
  }

  private Table matrix() {
    List<String> head = new ArrayList<>(List.of("label \\ predicted"));
    perClass.forEach(one -> head.add(one.label));
    Table table = new Table(head.toArray(String[]::new));
    for (int k = 0; k < perClass.size(); k++) {
      List<String> cells = new ArrayList<>(List.of(perClass.get(k).label));
      for (long one : confusion.get(k)) {
        cells.add(one == 0 ? "." : Long.toString(one));
      }
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  private static String area(@Nullable Double area) {
    return area == null ? NONE : NumberFormats.area(area);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }
}

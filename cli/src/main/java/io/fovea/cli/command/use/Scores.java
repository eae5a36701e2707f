package io.fovea.cli.command.use;

import io.fovea.cli.report.NumberFormats;
import io.fovea.file.Table;
import io.fovea.metrics.Calibration;
import io.fovea.metrics.ConfusionMatrix;
import io.fovea.metrics.Evaluation;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * An evaluation as JSON and on the screen.
 *
 * @param evaluation the numbers
 * @param labels the names of the classes
 * @param top the K of top-K accuracy, if requested
 */
record Scores(Evaluation evaluation, List<String> labels, OptionalInt top) {
  private static final String NONE = "-";

  Map<String, @Nullable Object> json() {
    ConfusionMatrix matrix = evaluation.confusion();
    List<Map<String, @Nullable Object>> classes = new ArrayList<>();
    List<long[]> rows = new ArrayList<>();
    for (int k = 0; k < labels.size(); k++) {
      Map<String, @Nullable Object> one = new LinkedHashMap<>();
      one.put("label", labels.get(k));
      one.put("precision", matrix.precision(k));
      one.put("recall", matrix.recall(k));
      one.put("f1", matrix.f1(k));
      one.put("support", matrix.support(k));
      one.put("rocAuc", orNull(evaluation.rocAuc().perClass().get(k)));
      classes.add(one);
      rows.add(row(matrix, k));
    }
    Map<String, @Nullable Object> result = new LinkedHashMap<>();
    result.put("accuracy", evaluation.accuracy());
    result.put("loss", evaluation.loss());
    result.put("count", evaluation.count());
    if (top.isPresent()) {
      int k = top.getAsInt();
      result.put("top", Map.of("k", k, "accuracy", evaluation.ranks().topAccuracy(k)));
    }
    result.put("macro", averages(matrix.macroPrecision(), matrix.macroRecall(), matrix.macroF1()));
    result.put("micro", averages(matrix.micro(), matrix.micro(), matrix.micro()));
    result.put("rocAuc", orNull(evaluation.rocAuc().macro()));
    result.put("calibration", calibration());
    result.put("perClass", classes);
    result.put("confusion", rows);
    return result;
  }

  private static @Nullable Double orNull(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private static Map<String, Double> averages(double precision, double recall, double f1) {
    Map<String, Double> averages = new LinkedHashMap<>();
    averages.put("precision", precision);
    averages.put("recall", recall);
    averages.put("f1", f1);
    return averages;
  }

  private Map<String, Object> calibration() {
    Calibration calibration = evaluation.calibration();
    List<Map<String, Object>> bins = new ArrayList<>();
    for (int bin = 0; bin < Calibration.BINS; bin++) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("from", Calibration.from(bin));
      one.put("to", Calibration.to(bin));
      one.put("count", calibration.count(bin));
      one.put("confidence", calibration.confidence(bin));
      one.put("accuracy", calibration.accuracy(bin));
      bins.add(one);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("error", calibration.error());
    result.put("bins", bins);
    return result;
  }

  private static long[] row(ConfusionMatrix matrix, int label) {
    long[] row = new long[matrix.classes()];
    for (int k = 0; k < row.length; k++) {
      row[k] = matrix.count(label, k);
    }
    return row;
  }

  void print(PrintStream out) {
    out.printf(
        Locale.ROOT,
        "accuracy %s, loss %.4f, %,d images%n",
        percent(evaluation.accuracy()),
        evaluation.loss(),
        evaluation.count());
    if (top.isPresent()) {
      int k = top.getAsInt();
      out.printf(
          Locale.ROOT, "top-%d accuracy %s%n", k, percent(evaluation.ranks().topAccuracy(k)));
    }
    out.printf(
        Locale.ROOT,
        "expected calibration error %s (%d bins); ROC-AUC %s, mean over the classes%n%n",
        percent(evaluation.calibration().error()),
        Calibration.BINS,
        area(evaluation.rocAuc().macro()));
    out.print(perClass());
    out.println();
    out.print(confusion());
  }

  private Table perClass() {
    ConfusionMatrix matrix = evaluation.confusion();
    Table table = new Table("class", "images", "precision", "recall", "F1", "ROC-AUC");
    for (int k = 0; k < labels.size(); k++) {
      table.row(
          labels.get(k),
          "%,d".formatted(matrix.support(k)),
          percent(matrix.precision(k)),
          percent(matrix.recall(k)),
          percent(matrix.f1(k)),
          area(evaluation.rocAuc().perClass().get(k)));
    }
    String images = "%,d".formatted(evaluation.count());
    table.row(
        "macro average",
        images,
        percent(matrix.macroPrecision()),
        percent(matrix.macroRecall()),
        percent(matrix.macroF1()),
        area(evaluation.rocAuc().macro()));
    String micro = percent(matrix.micro());
    table.row("micro average", images, micro, micro, micro, "");
    return table;
  }

  private Table confusion() {
    List<String> head = new ArrayList<>(List.of("label \\ predicted"));
    head.addAll(labels);
    Table table = new Table(head.toArray(String[]::new));
    for (int k = 0; k < labels.size(); k++) {
      List<String> cells = new ArrayList<>(List.of(labels.get(k)));
      for (long count : row(evaluation.confusion(), k)) {
        cells.add(count == 0 ? "." : Long.toString(count));
      }
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  private static String area(OptionalDouble area) {
    return area.isPresent() ? NumberFormats.area(area.getAsDouble()) : NONE;
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }
}

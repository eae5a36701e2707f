package io.fovea.cli.report;

import io.fovea.file.Table;
import io.fovea.metrics.Evaluation;
import io.fovea.metrics.MultiLabelScores;
import io.fovea.network.AnswerRule;
import io.fovea.network.Network;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The figures of classes that do not exclude each other, at the thresholds of a network.
 *
 * @param evaluation of the network
 * @param rows the classes, in the order of the outputs
 */
public record LabelFigures(Evaluation evaluation, List<Row> rows) {
  /**
   * One class.
   *
   * @param label its name
   * @param ap its average precision; empty where no image has it
   * @param threshold the probability from which on it is named
   * @param decisions what that says of the images
   */
  public record Row(
      String label, OptionalDouble ap, double threshold, MultiLabelScores.Decisions decisions) {
    /** A cell for each of the {@link #heads}. */
    public List<String> cells() {
      return List.of(
          label,
          NumberFormats.count(decisions.support()),
          ap.isPresent() ? NumberFormats.plainPercent(ap.getAsDouble()) : NumberFormats.NONE,
          NumberFormats.area(threshold),
          NumberFormats.plainPercent(decisions.precision()),
          NumberFormats.plainPercent(decisions.recall()),
          NumberFormats.plainPercent(decisions.f1()));
    }
  }

  /** The heads of a table of {@link Row#cells}. */
  public static String[] heads() {
    return new String[] {"class", "images", "AP", "threshold", "precision", "recall", "F1"};
  }

  /** The figures of an evaluation; empty where classes exclude each other. */
  public static Optional<LabelFigures> of(Evaluation evaluation, Network network) {
    return evaluation.multiLabel().map(scores -> of(evaluation, scores, network));
  }

  private static LabelFigures of(Evaluation evaluation, MultiLabelScores scores, Network network) {
    AnswerRule rule = network.answers().orElse(AnswerRule.SeveralLabels.usual(scores.classes()));
    List<Row> rows = new ArrayList<>();
    for (int k = 0; k < scores.classes(); k++) {
      double threshold =
          rule instanceof AnswerRule.SeveralLabels several
              ? several.thresholds().get(k)
              : MultiLabelScores.USUAL_THRESHOLD;
      rows.add(
          new Row(
              network.labels().get(k),
              scores.averagePrecision(k),
              threshold,
              scores.at(k, threshold)));
    }
    return new LabelFigures(evaluation, rows);
  }

  /** The mean F1 of the classes that occur or are named, with equal weights. */
  public double macroF1() {
    return rows.stream()
        .map(Row::decisions)
        .filter(one -> one.support() + one.named() > 0)
        .mapToDouble(MultiLabelScores.Decisions::f1)
        .average()
        .orElse(0);
  }

  /** The figures for the screen. */
  public String text() {
    Table table = new Table(heads());
    rows.forEach(row -> table.row(row.cells().toArray(String[]::new)));
    return "mean AP %s, loss %s, %s images%nmacro F1 %s at the model's thresholds%n%n%s"
        .formatted(
            NumberFormats.plainPercent(evaluation.figure()),
            NumberFormats.loss(evaluation.loss()),
            NumberFormats.count(evaluation.count()),
            NumberFormats.plainPercent(macroF1()),
            table);
  }

  /** The figures as JSON. */
  public Map<String, @Nullable Object> json() {
    List<Map<String, @Nullable Object>> classes = new ArrayList<>();
    for (Row row : rows) {
      Map<String, @Nullable Object> one = new LinkedHashMap<>();
      one.put("label", row.label());
      one.put("support", row.decisions().support());
      one.put("averagePrecision", row.ap().isPresent() ? row.ap().getAsDouble() : null);
      one.put("threshold", row.threshold());
      one.put("precision", row.decisions().precision());
      one.put("recall", row.decisions().recall());
      one.put("f1", row.decisions().f1());
      classes.add(one);
    }
    Map<String, @Nullable Object> result = new LinkedHashMap<>();
    result.put("meanAP", evaluation.figure());
    result.put("loss", evaluation.loss());
    result.put("count", evaluation.count());
    result.put("macroF1", macroF1());
    result.put("perClass", classes);
    return result;
  }
}

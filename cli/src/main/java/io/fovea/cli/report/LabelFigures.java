package io.fovea.cli.report;

import io.fovea.file.Table;
import io.fovea.metrics.Evaluation;
import io.fovea.metrics.MultiLabelScores;
import io.fovea.network.AnswerRule;
import io.fovea.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The figures of classes that do not exclude each other, at the thresholds of a network.
 *
 * @param meanAP the mean of the classes' average precisions
 * @param count the number of images
 * @param macroF1 the mean F1 of the classes that occur or are named, with equal weights
 * @param perClass the classes, in the order of the outputs
 */
public record LabelFigures(
    double meanAP, double loss, long count, double macroF1, List<Row> perClass) {
  /**
   * One class.
   *
   * @param label its name
   * @param support the images that have it
   * @param averagePrecision over all thresholds; null where no image has it
   * @param threshold the probability from which on it is named
   */
  public record Row(
      String label,
      long support,
      @Nullable Double averagePrecision,
      double threshold,
      double precision,
      double recall,
      double f1) {
    public List<String> cells() {
      return List.of(
          label,
          NumberFormats.count(support),
          averagePrecision == null
              ? NumberFormats.NONE
              : NumberFormats.plainPercent(averagePrecision),
          NumberFormats.area(threshold),
          NumberFormats.plainPercent(precision),
          NumberFormats.plainPercent(recall),
          NumberFormats.plainPercent(f1));
    }
  }

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
    List<Double> known = new ArrayList<>();
    for (int k = 0; k < scores.classes(); k++) {
      double threshold =
          rule instanceof AnswerRule.SeveralLabels several
              ? several.thresholds().get(k)
              : MultiLabelScores.USUAL_THRESHOLD;
      OptionalDouble ap = scores.averagePrecision(k);
      MultiLabelScores.Decisions decisions = scores.at(k, threshold);
      rows.add(
          new Row(
              network.labels().get(k),
              decisions.support(),
              ap.isPresent() ? ap.getAsDouble() : null,
              threshold,
              decisions.precision(),
              decisions.recall(),
              decisions.f1()));
      if (decisions.support() + decisions.named() > 0) {
        known.add(decisions.f1());
      }
    }
    double macroF1 = known.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    return new LabelFigures(
        evaluation.figure(), evaluation.loss(), evaluation.count(), macroF1, rows);
  }

  public String text() {
    Table table = new Table(heads());
    perClass.forEach(row -> table.row(row.cells().toArray(String[]::new)));
    return "mean AP %s, loss %s, %s images%nmacro F1 %s at the model's thresholds%n%n%s"
        .formatted(
            NumberFormats.plainPercent(meanAP),
            NumberFormats.loss(loss),
            NumberFormats.count(count),
            NumberFormats.plainPercent(macroF1),
            table);
  }
}

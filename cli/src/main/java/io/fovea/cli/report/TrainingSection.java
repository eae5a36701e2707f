package io.fovea.cli.report;

import io.fovea.cli.report.Chart.Line;
import io.fovea.cli.report.Curve.Point;
import io.fovea.train.EpochReport;
import io.fovea.train.EpochReport.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The course of the run: curves by step and by epoch, and the epochs' numbers. */
final class TrainingSection {
  /** A table with more epochs than these is folded. */
  private static final int MOST_ROWS = 12;

  /**
   * The ratio of largest to smallest loss from which the axis is logarithmic: a linear one would
   * hide the end of the run.
   */
  private static final double LOG_FROM = 50;

  private TrainingSection() {}

  static void write(HtmlBuilder page, ReportData facts) {
    List<StepPoint> steps = facts.steps();
    List<EpochReport> epochs = facts.epochs();
    if (steps.size() < 2 && epochs.isEmpty()) {
      return;
    }
    page.open("section").element("h2", "Training");
    explain(page, facts);
    page.open("div", "class", "charts");
    Curve loss = Curve.of(steps, StepPoint::loss);
    if (loss.points().size() > 1) {
      Curve mean = loss.smoothed();
      Axis up = lossAxis(List.of(mean), loss.greatest());
      byStep("Loss", loss, mean, up, NumberFormats::loss).draw(page);
    }
    Curve accuracy = Curve.of(steps, StepPoint::accuracy);
    if (!isMeanAp(epochs) && accuracy.points().size() > 1) {
      Curve mean = accuracy.smoothed();
      Axis up = Axis.share(accuracy.least());
      byStep("Accuracy", accuracy, mean, up, value -> NumberFormats.percent(value, 1)).draw(page);
    }
    if (epochs.size() > 1) {
      lossByEpoch(page, epochs);
      accuracyByEpoch(page, epochs);
    }
    page.close();
    if (epochs.size() > 1) {
      page.element(
          "p",
          "The training values of an epoch are means over its batches, each measured before the batch's update. Test images are evaluated with the epoch's last weights, so an epoch's training values may be worse than its test values.",
          "class",
          "note");
    }
    if (!epochs.isEmpty()) {
      epochs(page, epochs);
    }
    page.close();
  }

  private static void explain(HtmlBuilder page, ReportData facts) {
    page.element(
        "p",
        "The loss measures how wrong the predictions are: for one image, %s The %s. Each training step uses one batch of images and lowers the loss a little; one pass over all images is an epoch."
            .formatted(
                loss(facts),
                isMeanAp(facts.epochs())
                    ? "mean AP is the mean of the classes' average precision"
                    : "accuracy is the share of correct predictions"));
    boolean unseen =
        facts.epochs().size() > 1
            && facts.epochs().stream()
                .anyMatch(e -> e.validation().isPresent() || e.test().isPresent());
    if (unseen) {
      page.element(
          "p",
          "Validation and test images are never trained on. If their loss rises while the training loss still falls, the network memorises its training images: overfitting.");
    }
  }

  /** The formula of the run's loss for one image, as the end of a sentence. */
  private static String loss(ReportData facts) {
    int classes = facts.network().labels().size();
    String name =
        facts.settings().stream()
            .filter(setting -> setting.name().equals("loss"))
            .map(ReportData.Setting::value)
            .findFirst()
            .orElse("cross-entropy");
    String entropy = "minus the natural logarithm of the true class's probability";
    return switch (name) {
      case "sigmoid" ->
          "the mean over the classes of minus the natural logarithm of the probability of the correct decision, yes or no. 0 is perfect, and guessing gives ln 2 = 0.69.";
      case "squared" ->
          "the mean over the classes of the squared difference between the output and 1 for the true class or 0 for the others. 0 is perfect.";
      default ->
          String.format(
              Locale.ROOT,
              "%s. 0 is perfect, and guessing among %s classes gives ln %d = %.2f.",
              entropy,
              NumberFormats.count(classes),
              classes,
              Math.log(classes));
    };
  }

  private static Chart byStep(
      String name, Curve each, Curve mean, Axis up, DoubleFunction<String> value) {
    double first = each.points().getFirst().x();
    double last = each.points().getLast().x();
    List<Line> lines =
        each.isShort()
            ? List.of(new Line("training", "first", each, false))
            : List.of(
                new Line("each step", "faint", each, false),
                new Line("running mean", "first", mean, false));
    return new Chart(
        name + " of each training step" + logarithmic(up),
        "step",
        Axis.linear(Axis.Scale.LINEAR, first, last, 5, 1),
        up,
        lines,
        value);
  }

  private static String logarithmic(Axis up) {
    return up.scale() == Axis.Scale.LOG ? " (logarithmic scale)" : "";
  }

  /** The axis for these curves; a faint curve may be cut off above. */
  private static Axis lossAxis(List<Curve> curves, double highest) {
    double least = curves.stream().mapToDouble(Curve::least).min().orElse(0);
    double greatest = curves.stream().mapToDouble(Curve::greatest).max().orElse(1);
    // One outlier must not flatten the others.
    double high = Math.clamp(highest, greatest, Math.max(greatest, 4 * greatest));
    return least > 0 && greatest / least > LOG_FROM
        ? Axis.log(least / 2, high)
        : Axis.fromZero(high);
  }

  private static void lossByEpoch(HtmlBuilder page, List<EpochReport> epochs) {
    List<Line> lines = byEpoch(epochs, EpochReport::trainLoss, Score::loss);
    if (!lines.isEmpty()) {
      List<Curve> curves = lines.stream().map(Line::curve).toList();
      Axis up = lossAxis(curves, 0);
      new Chart(
              "Loss after each epoch" + logarithmic(up),
              "epoch",
              epochAxis(epochs),
              up,
              lines,
              NumberFormats::loss)
          .draw(page);
    }
  }

  private static void accuracyByEpoch(HtmlBuilder page, List<EpochReport> epochs) {
    List<Line> lines = byEpoch(epochs, EpochReport::trainAccuracy, Score::accuracy);
    if (isMeanAp(epochs)) {
      lines.removeIf(line -> line.name().equals("training"));
    }
    if (!lines.isEmpty()) {
      double least = lines.stream().mapToDouble(line -> line.curve().least()).min().orElse(0);
      new Chart(
              isMeanAp(epochs) ? "Mean AP after each epoch" : "Accuracy after each epoch",
              "epoch",
              epochAxis(epochs),
              Axis.share(least),
              lines,
              value -> NumberFormats.percent(value, 2))
          .draw(page);
    }
  }

  /** Whether photos have several labels: training has no figure beside the loss then. */
  private static boolean isMeanAp(List<EpochReport> epochs) {
    return epochs.stream()
        .anyMatch(epoch -> epoch.validation().or(epoch::test).filter(Score::isMeanAp).isPresent());
  }

  private static Axis epochAxis(List<EpochReport> epochs) {
    return Axis.linear(
        Axis.Scale.LINEAR, epochs.getFirst().epoch(), epochs.getLast().epoch(), 8, 1);
  }

  private static List<Line> byEpoch(
      List<EpochReport> epochs,
      ToDoubleFunction<EpochReport> training,
      ToDoubleFunction<Score> score) {
    List<Line> lines = new ArrayList<>();
    addLine(lines, "training", "first", epochs, e -> Optional.of(training.applyAsDouble(e)));
    addLine(lines, "validation", "second", epochs, e -> e.validation().map(score::applyAsDouble));
    addLine(lines, "test", "third", epochs, e -> e.test().map(score::applyAsDouble));
    return lines;
  }

  private static void addLine(
      List<Line> lines,
      String name,
      String look,
      List<EpochReport> epochs,
      Function<EpochReport, Optional<Double>> value) {
    List<Point> points = new ArrayList<>();
    for (EpochReport epoch : epochs) {
      value
          .apply(epoch)
          .filter(Double::isFinite)
          .ifPresent(y -> points.add(new Point(epoch.epoch(), y)));
    }
    if (!points.isEmpty()) {
      lines.add(new Line(name, look, new Curve(points), points.size() <= 100));
    }
  }

  private static void epochs(HtmlBuilder page, List<EpochReport> epochs) {
    boolean validation = epochs.stream().anyMatch(e -> e.validation().isPresent());
    boolean test = epochs.stream().anyMatch(e -> e.test().isPresent());
    boolean folded = epochs.size() > MOST_ROWS;
    if (folded) {
      page.open("details");
      page.element(
          "summary", "The numbers of all " + NumberFormats.count(epochs.size()) + " epochs");
    }
    HtmlTable table = new HtmlTable(page, "Epochs", "numbers");
    boolean isMeanAp = isMeanAp(epochs);
    String figure = isMeanAp ? "mean AP" : "accuracy";
    table.head("epoch", "training loss");
    if (!isMeanAp) {
      table.head("training accuracy");
    }
    if (validation) {
      table.head("validation loss", "validation " + figure);
    }
    if (test) {
      table.head("test loss", "test " + figure);
    }
    table.head("time");
    for (EpochReport epoch : epochs) {
      table.row(NumberFormats.count(epoch.epoch()));
      if (isMeanAp) {
        table.number(NumberFormats.loss(epoch.trainLoss()));
      } else {
        score(table, Optional.of(new Score(epoch.trainLoss(), epoch.trainAccuracy())));
      }
      if (validation) {
        score(table, epoch.validation());
      }
      if (test) {
        score(table, epoch.test());
      }
      table.number(NumberFormats.time(epoch.seconds()));
    }
    table.end();
    if (folded) {
      page.close();
    }
  }

  private static void score(HtmlTable table, Optional<Score> score) {
    table.number(score.map(s -> NumberFormats.loss(s.loss())).orElse(NumberFormats.NONE));
    table.number(score.map(s -> NumberFormats.percent(s.accuracy(), 2)).orElse(NumberFormats.NONE));
  }
}

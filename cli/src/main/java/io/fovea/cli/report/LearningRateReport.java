package io.fovea.cli.report;

import io.fovea.cli.report.Chart.Line;
import io.fovea.cli.report.Curve.Point;
import io.fovea.train.LearningRateCurve;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** The search for a learning rate as a page of HTML. */
public final class LearningRateReport {
  private final LearningRateCurve rates;
  private final Curve loss;
  private final Curve smoothed;
  private final double floor;

  /**
   * The limit of the axis, in multiples of the first loss: larger losses would flatten the rest.
   */
  private final double ceiling;

  /**
   * A report on a curve.
   *
   * @throws IllegalArgumentException if it has fewer than two points
   */
  public LearningRateReport(LearningRateCurve rates) {
    if (rates.points().size() < 2) {
      throw new IllegalArgumentException(
          "learning rates: expects a curve of at least 2 steps, got %d; start with a lower rate"
              .formatted(rates.points().size()));
    }
    this.rates = rates;
    this.ceiling = Math.max(1e-3, 2 * rates.points().getFirst().loss());
    this.smoothed = curve(LearningRateCurve.Point::smoothed);
    this.loss = curve(LearningRateCurve.Point::loss);
    this.floor = Math.max(0, Math.min(loss.least(), smoothed.least()) * 0.9);
  }

  private Curve curve(ToDoubleFunction<LearningRateCurve.Point> value) {
    return new Curve(
        rates.points().stream()
            .map(point -> new Point(point.rate(), Math.min(ceiling, value.applyAsDouble(point))))
            .toList());
  }

  /** The suggestion as a line from the bottom to the top. */
  private Curve mark(double rate) {
    return new Curve(List.of(new Point(rate, floor), new Point(rate, ceiling)));
  }

  /**
   * The page.
   *
   * @param title its heading
   * @param settings the run's settings
   */
  public String html(String title, List<ReportData.Setting> settings) {
    HtmlBuilder page = Document.begin(title);
    page.open("header").element("h1", title);
    OptionalDouble suggestion = rates.suggestion();
    page.element(
        "p",
        suggestion.isPresent()
            ? "Suggested learning rate: " + NumberFormats.rate(suggestion.getAsDouble())
            : "No suggestion: the loss does not fall on this curve.",
        "class",
        "lead");
    page.close();
    page.open("section").element("h2", "Learning rates");
    page.element(
        "p",
        "A copy of the network was trained while the learning rate rose by the same factor each step. With a rate that is too low the loss stays, with one that is too high it rises. The suggestion is the middle of the longest fall of the smoothed loss.");
    page.open("div", "class", "charts");
    chart().draw(page);
    page.close().close();
    NetworkSection.settings(page, settings);
    return Document.end(page);
  }

  private Chart chart() {
    List<Line> lines = new ArrayList<>();
    lines.add(new Line("each step", "faint", loss, false));
    lines.add(new Line("smoothed", "first", smoothed, false));
    rates
        .suggestion()
        .ifPresent(
            rate ->
                lines.add(
                    new Line(
                        "suggestion: " + NumberFormats.rate(rate), "second", mark(rate), false)));
    List<Point> points = smoothed.points();
    return new Chart(
        "Loss while the learning rate rises",
        "learning rate",
        Axis.log(points.getFirst().x(), points.getLast().x()),
        Axis.linear(Axis.Scale.LINEAR, floor, ceiling, 5, 0.01),
        lines,
        NumberFormats::loss);
  }
}

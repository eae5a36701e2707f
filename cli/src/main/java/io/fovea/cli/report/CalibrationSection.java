package io.fovea.cli.report;

import io.fovea.cli.report.Chart.Line;
import io.fovea.cli.report.Curve.Point;
import io.fovea.metrics.Calibration;
import java.util.ArrayList;
import java.util.List;

/** How well confidence and accuracy agree: the reliability diagram and its numbers. */
final class CalibrationSection {
  private CalibrationSection() {}

  static void write(HtmlBuilder page, Calibration calibration) {
    if (calibration.total() == 0 || !Double.isFinite(calibration.error())) {
      return;
    }
    page.open("section").element("h2", "Calibration");
    page.element(
        "p",
        "The confidence of a prediction is its probability. Of predictions with a confidence of 80 %%, about 80 %% should be correct. Predictions are grouped into %s bins by confidence; a line below the diagonal means overconfidence, above it underconfidence. The expected calibration error is the mean distance of the two, weighted by the predictions in each bin: %s, where 0 is perfect."
            .formatted(
                NumberFormats.count(Calibration.BINS),
                NumberFormats.percent(calibration.error(), 2)));
    page.open("div", "class", "pair");
    page.open("div", "class", "square");
    diagram(calibration).draw(page);
    page.close();
    bins(page, calibration);
    page.close().close();
  }

  private static Chart diagram(Calibration calibration) {
    List<Point> points = new ArrayList<>();
    for (int bin = 0; bin < Calibration.BINS; bin++) {
      if (calibration.count(bin) > 0) {
        points.add(new Point(calibration.confidence(bin), calibration.accuracy(bin)));
      }
    }
    Curve diagonal = new Curve(List.of(new Point(0, 0), new Point(1, 1)));
    return new Chart(
        "Accuracy by confidence",
        "confidence",
        Axis.share(0),
        Axis.share(0),
        List.of(
            new Line("perfect calibration", "guide", diagonal, false),
            new Line("this network", "first", new Curve(points), true)),
        value -> NumberFormats.percent(value, 1));
  }

  private static void bins(HtmlBuilder page, Calibration calibration) {
    HtmlTable table = new HtmlTable(page, "Predictions by confidence", "numbers");
    table.head("confidence", "predictions", "mean confidence", "accuracy");
    for (int bin = 0; bin < Calibration.BINS; bin++) {
      long count = calibration.count(bin);
      if (count > 0) {
        table.row(
            "%s\u2013%s"
                .formatted(
                    NumberFormats.count(Math.round(Calibration.from(bin) * 100)),
                    NumberFormats.percent(Calibration.to(bin), 0)));
        table.bar((double) count / calibration.total(), NumberFormats.count(count));
        table.number(NumberFormats.percent(calibration.confidence(bin), 1));
        table.number(NumberFormats.percent(calibration.accuracy(bin), 1));
      }
    }
    table.end();
  }
}

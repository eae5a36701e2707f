package io.fovea.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.train.LearningRateCurve;
import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

class LearningRateReportTest {
  private static LearningRateCurve curve(int steps) {
    List<LearningRateCurve.Point> points = new ArrayList<>();
    for (int k = 0; k < steps; k++) {
      double loss = 2.3 + Math.pow(k - steps * 0.7, 2) / steps;
      points.add(new LearningRateCurve.Point(1e-7 * Math.pow(1e8, k / 99.0), loss, loss));
    }
    return new LearningRateCurve(points, 100);
  }

  @Test
  void html_curve_hasSuggestionAndDecadesOfRates() {
    String page =
        new LearningRateReport(curve(100))
            .html("Learning rates", List.of(new Facts.Setting("batch", "64")));
    assertThat(page)
        .contains("Suggested learning rate: 0.0", "learning rate", "1e-06", "suggestion")
        .contains("batch");
  }

  @Test
  void html_risingLoss_saysThatThereIsNoSuggestion() {
    List<LearningRateCurve.Point> points = new ArrayList<>();
    for (int k = 0; k < 30; k++) {
      points.add(new LearningRateCurve.Point(1e-3 * (k + 1), 1 + k, 1 + k));
    }
    assertThat(new LearningRateReport(new LearningRateCurve(points, 30)).html("t", List.of()))
        .contains("No suggestion: the loss falls nowhere on this curve.");
  }

  @Test
  void line_ofRates_keepsThemAsTheyAre() {
    Curve rates = new Curve(List.of(new Curve.Point(1e-7, 1), new Curve.Point(2e-7, 2)));
    XYSeries line = LossChart.line(new XYChart(100, 100), "rates", rates, Color.RED, 1);
    assertThat(line.getXData()).containsExactly(1e-7, 2e-7);
  }

  @Test
  void of_onePoint_isRefused() {
    assertThatThrownBy(() -> new LearningRateReport(curve(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "learning rates: expects a curve of at least 2 steps, got 1; begin with a lower rate");
  }
}

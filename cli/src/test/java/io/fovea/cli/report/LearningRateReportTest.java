package io.fovea.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.train.LearningRateCurve;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

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
            .html("Learning rates", List.of(new ReportData.Setting("batch", "64")));
    assertThat(page)
        .contains("Suggested learning rate: 0.0", "learning rate", "1e-06", "suggestion: 0.0")
        .contains("batch");
  }

  @Test
  void html_risingLoss_statesThatThereIsNoSuggestion() {
    List<LearningRateCurve.Point> points = new ArrayList<>();
    for (int k = 0; k < 30; k++) {
      points.add(new LearningRateCurve.Point(1e-3 * (k + 1), 1 + k, 1 + k));
    }
    assertThat(new LearningRateReport(new LearningRateCurve(points, 30)).html("t", List.of()))
        .contains("No suggestion: the loss does not fall on this curve.");
  }

  @Test
  void of_onePoint_isRefused() {
    assertThatThrownBy(() -> new LearningRateReport(curve(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "learning rates: expects a curve of at least 2 steps, got 1; start with a lower rate");
  }
}

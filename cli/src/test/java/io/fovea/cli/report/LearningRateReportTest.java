package io.fovea.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.train.LearningRateCurve;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void png_hasItsLinesWordsAndGrid(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("rates.png");
    new LearningRateReport(curve(100)).png(file);
    BufferedImage picture = ImageIO.read(file.toFile());
    assertThat(picture.getWidth()).isEqualTo(1200);
    assertThat(picture.getHeight()).isEqualTo(675);
    assertThat(pixels(picture, 0x0072B2)).as("smoothed").isGreaterThan(500);
    assertThat(pixels(picture, 0xD55E00)).as("suggestion").isGreaterThan(500);
    assertThat(pixels(picture, 0xDDE2E8)).as("grid").isGreaterThan(2000);
    assertThat(pixels(picture, 0x1F2933)).as("words").isGreaterThan(500);
  }

  private static int pixels(BufferedImage picture, int rgb) {
    int count = 0;
    for (int i = 0; i < picture.getWidth() * picture.getHeight(); i++) {
      int pixel = picture.getRGB(i % picture.getWidth(), i / picture.getWidth());
      count += (pixel & 0xFFFFFF) == rgb ? 1 : 0;
    }
    return count;
  }

  @Test
  void picture_ofAnUnknownLook_isRefused() {
    Curve curve = new Curve(List.of(new Curve.Point(0, 0), new Curve.Point(1, 1)));
    Axis axis = Axis.fromZero(1);
    List<Chart.Line> lines = List.of(new Chart.Line("line", "tenth", curve, false));
    Chart chart = new Chart("title", "step", axis, axis, lines, NumberFormats::loss);
    assertThatThrownBy(() -> ChartPicture.of(chart))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "chart: expects a line's look to be one of [faint, faint second, first, second], got"
                + " \"tenth\"");
  }

  @Test
  void of_onePoint_isRefused() {
    assertThatThrownBy(() -> new LearningRateReport(curve(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "learning rates: expects a curve of at least 2 steps, got 1; start with a lower rate");
  }
}

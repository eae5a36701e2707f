package io.fovea.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossChartTest {
  @Test
  void png_drawsEveryRunInItsColour(@TempDir Path folder) throws Exception {
    Map<String, List<StepPoint>> runs = new LinkedHashMap<>();
    runs.put("he", Runs.steps(3000));
    runs.put(
        "constant", Runs.steps(3000).stream().map(s -> new StepPoint(s.step(), 1, 0)).toList());
    for (LossChart.Scale scale : LossChart.Scale.values()) {
      Path file = folder.resolve(scale + ".png");
      LossChart.png(file, "Two runs", runs, scale);
      BufferedImage picture = ImageIO.read(file.toFile());
      assertThat(picture.getWidth()).isEqualTo(1200);
      assertThat(picture.getHeight()).isEqualTo(675);
      assertThat(pixels(picture, 0x0072B2)).isGreaterThan(500);
      assertThat(pixels(picture, 0xD55E00)).isGreaterThan(500);
    }
  }

  @Test
  void png_ofOneStep_draws() {
    BufferedImage picture =
        LossChart.picture("", Map.of("short", Runs.steps(1)), LossChart.Scale.LINEAR);
    assertThat(picture.getWidth()).isEqualTo(1200);
  }

  @Test
  void png_ofARunWithoutNumbers_isRefused(@TempDir Path folder) {
    Map<String, List<StepPoint>> runs = Map.of("bad", List.of(new StepPoint(1, Double.NaN, 0)));
    assertThatThrownBy(
            () -> LossChart.png(folder.resolve("x.png"), "", runs, LossChart.Scale.LINEAR))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "loss chart: run \"bad\" has no loss to draw among 1 steps; it needs at least one that"
                + " is a number");
    Map<String, List<StepPoint>> zeros = Map.of("zero", List.of(new StepPoint(1, 0, 0)));
    assertThatThrownBy(() -> LossChart.picture("", zeros, LossChart.Scale.LOG))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("it needs at least one that is a number above 0");
  }

  private static int pixels(BufferedImage picture, int rgb) {
    int count = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        if ((picture.getRGB(x, y) & 0xFFFFFF) == rgb) {
          count++;
        }
      }
    }
    return count;
  }
}

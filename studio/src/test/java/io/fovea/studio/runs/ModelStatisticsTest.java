package io.fovea.studio.runs;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelStatisticsTest {
  @Test
  void deadShare_countsChannelsThatAnswerNoImage() {
    // Two images of 2x2 with 4 channels, in (N, C, H, W) order: channels 1 and 3 are never above 0.
    float[] values = new float[2 * 4 * 4];
    values[0] = 1; // image 0, channel 0
    values[16 + 8 + 3] = 0.5f; // image 1, channel 2
    values[4] = -1; // image 0, channel 1
    assertThat(ModelStatistics.deadShare(Tensor.of(Shape.of(4, 2, 2), 2, values))).isEqualTo(0.5);
  }

  @Test
  void deadShare_ofARow_countsItsUnits() {
    Tensor row = Tensor.of(Shape.of(5), 2, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0);
    assertThat(ModelStatistics.deadShare(row)).isEqualTo(0.6);
  }

  @Test
  void histogram_countsEveryValueOnce() {
    Map<String, Object> histogram =
        Histogram.of(new float[] {9, -1, 0, 0.1f, 1, 9}, 1, 4); // -1, 0, 0.1, 1
    assertThat(histogram).containsEntry("from", -1.0).containsEntry("to", 1.0);
    int[] expected = new int[Histogram.BINS];
    expected[0] = 1;
    expected[20] = 1; // 0 lies at half the range
    expected[22] = 1; // 1.1 / 0.05 = 22.0000003, since 0.1f is above 0.1
    expected[39] = 1;
    assertThat(histogram.get("counts")).isEqualTo(expected);
    assertThat(String.valueOf(histogram.get("mean"))).startsWith("0.02500"); // 0.1 / 4
  }
}

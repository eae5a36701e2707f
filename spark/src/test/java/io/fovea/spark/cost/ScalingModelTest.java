package io.fovea.spark.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** By hand. */
class ScalingModelTest {
  private static final ScalingModel MODEL =
      new ScalingModel("small", 10, 5, 2, 0.1, 0, List.of(1_000_000, 250_000));

  /** 4 workers, 8 Gbit/s, a GB a second: 1.5 * 4 MB take 6 ms, and six hops 0.6 ms. */
  @Test
  void sum_isHopsAndBytes() {
    assertThat(MODEL.sum(1_000_000, 4, 8)).isCloseTo(6.6, within(1e-12));
    assertThat(MODEL.sums(4, 8)).isCloseTo(6.6 + 2.1, within(1e-12));
    assertThat(MODEL.parameters()).isEqualTo(1_250_000);
  }

  /** Of 6.6 ms 2 are hidden; 2.1 for the last bucket, 0.3 for the loss. */
  @Test
  void step_hidesWhatTheWindowHolds() {
    assertThat(MODEL.step(4, 8)).isCloseTo(5 + 4.6 + 2.1 + 0.3, within(1e-12));
    assertThat(MODEL.imagesPerSecond(4, 8)).isCloseTo(40 / 0.012, within(1e-9));
    assertThat(MODEL.step(1, 8)).isEqualTo(5);
    assertThat(MODEL.faster(2).step(4, 8)).isCloseTo(2.5 + 5.6 + 2.1 + 0.3, within(1e-12));
    assertThat(MODEL.withWire(0.1).sum(1_000_000, 4, 8)).isCloseTo(7.2, within(1e-12));
  }

  @Test
  void properties_keepAll() {
    assertThat(ScalingModel.of(MODEL.properties())).isEqualTo(MODEL);
  }
}

package io.fovea.spark.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** By hand. */
class ScalingModelTest {
  private static final ScalingModel MODEL =
      new ScalingModel("small", 10, 5, 2, 0.1, 1e-7, 0.5, List.of(1_000_000, 250_000));

  /** 4 workers, a GB a second: 6 hops and 6 MB, then 6 hops and 1.5 MB; copying is 0.1 ms a MB. */
  @Test
  void sums_areHopsAndBytes() {
    assertThat(MODEL.sums(4, 8)).isCloseTo(6.6 + 2.1 + 0.75, within(1e-12));
    assertThat(MODEL.withWire(0.1).sums(4, 8)).isCloseTo(7.2 + 2.7 + 0.75, within(1e-12));
    assertThat(MODEL.parameters()).isEqualTo(1_250_000);
  }

  /** Of 6.6 ms on the wire 2 are hidden; 2.1 for the last bucket, 0.3 for the loss. */
  @Test
  void step_hidesWhatTheWindowHolds() {
    assertThat(MODEL.step(4, 8)).isCloseTo(5 + 0.75 + 4.6 + 2.1 + 0.3 + 0.5, within(1e-12));
    assertThat(MODEL.imagesPerSecond(4, 8)).isCloseTo(40 / 0.01325, within(1e-9));
    assertThat(MODEL.step(1, 8)).isEqualTo(5);
  }

  /** 2 workers, no wire: 5 MB to copy, and 2 + 1 hops that are not hidden. */
  @Test
  void fitted_givesTheMeasuredStep() {
    ScalingModel fitted = MODEL.fitted(2, 1.5);
    assertThat(fitted.extra()).isCloseTo(1.5 - 0.5 - 0.3, within(1e-12));
    assertThat(fitted.visible(2, Double.POSITIVE_INFINITY)).isCloseTo(1.5, within(1e-12));
    assertThat(MODEL.fitted(2, 0.1).extra()).isZero();
  }

  @Test
  void properties_keepAll() {
    assertThat(ScalingModel.of(MODEL.properties())).isEqualTo(MODEL);
  }
}

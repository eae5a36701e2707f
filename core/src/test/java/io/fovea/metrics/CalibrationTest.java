package io.fovea.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CalibrationTest {
  @Test
  void error_twoBins_handComputed() {
    Calibration calibration = new Calibration();
    // (12/15, 13/15] holds 0.81, 0.83, 0.85, 0.86: mean 0.8375, two of four right
    calibration.add(0.81, true);
    calibration.add(0.83, true);
    calibration.add(0.85, false);
    calibration.add(0.86, false);
    // (14/15, 1] holds 0.96, 1.0: mean 0.98, both right
    calibration.add(0.96, true);
    calibration.add(1.0, true);
    assertThat(calibration.count(12)).isEqualTo(4);
    assertThat(calibration.confidence(12)).isCloseTo(0.8375, within(1e-15));
    assertThat(calibration.accuracy(12)).isEqualTo(0.5);
    assertThat(calibration.count(14)).isEqualTo(2);
    assertThat(calibration.total()).isEqualTo(6);
    // 4/6 * |0.5 - 0.8375| + 2/6 * |1 - 0.98| = 0.225 + 0.02 / 3
    assertThat(calibration.error()).isCloseTo(0.225 + 0.02 / 3, within(1e-15));
  }

  @Test
  void error_asGoodAsItsWord_isZero() {
    Calibration calibration = new Calibration();
    for (int n = 0; n < 4; n++) {
      calibration.add(0.75, n > 0);
    }
    assertThat(calibration.error()).isZero();
  }

  @Test
  void error_sureAndAlwaysWrong_isOne() {
    Calibration calibration = new Calibration();
    calibration.add(1, false);
    calibration.add(1, false);
    assertThat(calibration.error()).isEqualTo(1);
  }

  @Test
  void add_onTheEdgeOfTwoBins_belongsToTheLower() {
    Calibration calibration = new Calibration();
    calibration.add(0.2, true); // 3/15
    calibration.add(Math.nextUp(0.2), true);
    calibration.add(0, true);
    assertThat(calibration.count(2)).isEqualTo(1);
    assertThat(calibration.count(3)).isEqualTo(1);
    assertThat(calibration.count(0)).as("0 itself has no bin below").isEqualTo(1);
    assertThat(Calibration.from(3)).isEqualTo(0.2);
    assertThat(Calibration.to(14)).isEqualTo(1);
  }

  @Test
  void error_ofNothing_isZero() {
    Calibration calibration = new Calibration();
    assertThat(calibration.error()).isZero();
    assertThat(calibration.accuracy(3)).isZero();
    assertThat(calibration.confidence(3)).isZero();
  }
}

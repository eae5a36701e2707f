package io.fovea.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AccuracyTest {
  /** The score intervals of Newcombe's table (Statistics in Medicine 17, 1998, pages 857-872). */
  @Test
  void interval_newcombesExamples_isWilsons() {
    Accuracy some = new Accuracy(81 / 263.0, 263);
    assertThat(some.low()).isCloseTo(0.2553, within(5e-5));
    assertThat(some.high()).isCloseTo(0.3662, within(5e-5));
    Accuracy few = new Accuracy(15 / 148.0, 148);
    assertThat(few.low()).isCloseTo(0.0624, within(5e-5));
    assertThat(few.high()).isCloseTo(0.1605, within(5e-5));
    assertThat(new Accuracy(1, 10).high()).isCloseTo(1, within(1e-12));
  }

  @Test
  void toString_statesTheNumberOfPhotosAndTheInterval() {
    assertThat(new Accuracy(0.92, 25)).hasToString("92.0 % of 25 photos (75 to 98)");
    assertThat(new Accuracy(1, 1)).hasToString("100.0 % of 1 photo (21 to 100)");
  }
}

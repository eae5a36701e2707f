package io.fovea.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressLinesTest {
  @Test
  void message_inFewColumns_leavesOutTheSpeed() {
    assertThat(ProgressLines.message(100, 0.5, 91.25, 12_345, "1:05"))
        .isEqualTo("loss 0.500  acc 91.3 %  12,345 images/s  1:05 left");
    assertThat(ProgressLines.message(80, 0.5, 91.25, 12_345, "1:05"))
        .isEqualTo("loss 0.500  acc 91.3 %  1:05 left");
  }
}

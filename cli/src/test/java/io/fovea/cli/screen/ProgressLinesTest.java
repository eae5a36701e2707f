package io.fovea.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressLinesTest {
  @Test
  void width_isTheTerminalsUpToAHundredColumns() {
    assertThat(ProgressLines.width("60")).isEqualTo(60);
    assertThat(ProgressLines.width("100")).isEqualTo(100);
    assertThat(ProgressLines.width("213")).isEqualTo(100);
  }

  @Test
  void width_unknown_isEighty() {
    assertThat(ProgressLines.width(null)).isEqualTo(80);
    for (String none : new String[] {"", "0", "-5", "wide", "99999999999"}) {
      assertThat(ProgressLines.width(none)).as(none).isEqualTo(80);
    }
  }

  @Test
  void message_inFewColumns_leavesOutTheSpeed() {
    assertThat(ProgressLines.message(100, 0.5, 91.25, 12_345, "1:05"))
        .isEqualTo("loss 0.500  acc 91.3 %  12,345 images/s  1:05 left");
    assertThat(ProgressLines.message(80, 0.5, 91.25, 12_345, "1:05"))
        .isEqualTo("loss 0.500  acc 91.3 %  1:05 left");
  }
}

package io.fovea.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClippingTest {
  /** The documented formula of clip_grad_norm_: most / (norm + 1e-6), at most 1. */
  @Test
  void norm_factor_isPyTorchs() {
    Clipping.Norm clip = new Clipping.Norm(1);
    assertThat(clip.factor(5)).isCloseTo(0.2, within(1e-7));
    assertThat(clip.factor(0.5)).isEqualTo(1);
    assertThat(clip.factor(0)).isEqualTo(1);
    assertThat(List.of(Clipping.none(), clip, Clipping.value(0.5f)))
        .extracting(Clipping::name)
        .containsExactly("none", "norm 1.0", "value 0.5");
  }

  @Test
  void limits_outOfRange_areRefused() {
    assertThatThrownBy(() -> Clipping.norm(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("clipping: the norm must be a number above 0, got 0.0");
    assertThatThrownBy(() -> Clipping.value(Float.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("clipping: the value must be a number above 0, got NaN");
  }
}

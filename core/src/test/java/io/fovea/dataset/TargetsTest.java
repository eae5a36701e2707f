package io.fovea.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TargetsTest {
  @Test
  void of_labels_givesEachItsWholeShare() {
    Targets targets = Targets.of(new int[] {2, 0, 1}, 2, 3);
    assertThat(targets.count()).isEqualTo(2);
    assertThat(targets.share(0, 2)).isEqualTo(1);
    assertThat(targets.share(0, 0)).isZero();
    assertThat(targets.share(1, 0)).isEqualTo(1);
    assertThat(targets.label(1)).isZero();
  }

  @Test
  void mix_twoImages_sharesAddUpToOneAndTheLabelStays() {
    Targets targets = Targets.of(new int[] {0, 2}, 2, 3);
    targets.mix(0, 0.75f, Targets.of(new int[] {0, 2}, 2, 3), 1);
    assertThat(targets.share(0, 0)).isEqualTo(0.75f);
    assertThat(targets.share(0, 1)).isZero();
    assertThat(targets.share(0, 2)).isEqualTo(0.25f);
    assertThat(targets.label(0)).isZero();
    assertThat(targets.share(1, 2)).isEqualTo(1);
  }

  @Test
  void on_tooFewShares_isRefused() {
    assertThatThrownBy(() -> Targets.on(new int[2], new float[5], 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("targets: 2 images of 3 classes need 2 labels and 6 shares, got 2 and 5");
  }
}

package io.fovea.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RanksTest {
  private static Ranks of(double[][] p, int... labels) {
    Ranks ranks = new Ranks(p[0].length);
    for (int n = 0; n < labels.length; n++) {
      ranks.add(p[n], labels[n]);
    }
    return ranks;
  }

  @Test
  void topAccuracy_fourImages_handComputed() {
    double[] p = {0.1, 0.4, 0.3, 0.2};
    Ranks ranks = of(new double[][] {p, p, p, p}, 1, 2, 3, 0);
    assertThat(ranks.topAccuracy(1)).isEqualTo(0.25);
    assertThat(ranks.topAccuracy(2)).isEqualTo(0.5);
    assertThat(ranks.topAccuracy(3)).isEqualTo(0.75);
    assertThat(ranks.topAccuracy(4)).isEqualTo(1);
  }

  @Test
  void topAccuracy_ofEqualProbabilities_countsTheSmallerIndexFirst() {
    double[] p = {0.3, 0.3, 0.3, 0.1};
    Ranks ranks = of(new double[][] {p, p, p}, 0, 1, 2);
    assertThat(ranks.topAccuracy(1)).isEqualTo(1 / 3.0);
    assertThat(ranks.topAccuracy(2)).isEqualTo(2 / 3.0);
  }

  @Test
  void topAccuracy_ofAProbabilityThatIsNoNumber_ranksLast() {
    Ranks ranks = of(new double[][] {{Double.NaN, Double.NaN, Double.NaN}}, 0);
    assertThat(ranks.topAccuracy(2)).isZero();
  }

  @Test
  void topAccuracy_ofOneClassAndOfNothing_isDefined() {
    assertThat(of(new double[][] {{1}}, 0).topAccuracy(1)).isEqualTo(1);
    assertThat(new Ranks(3).topAccuracy(2)).isZero();
  }

  @Test
  void topAccuracy_ofMoreThanThereAre_isRefused() {
    Ranks ranks = new Ranks(3);
    assertThatThrownBy(() -> ranks.topAccuracy(4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("top-k accuracy: expects k from 1 to 3, the number of classes, got 4");
    assertThatThrownBy(() -> ranks.topAccuracy(0)).hasMessageEndingWith("got 0");
  }
}

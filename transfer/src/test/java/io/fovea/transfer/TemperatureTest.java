package io.fovea.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TemperatureTest {
  /**
   * Two classes whose logits differ by 4, three of four photos right, a sixth of each target
   * spread: the best probability is (3 x 5/6 + 1/6) / 4 = 2/3, so 4 / T = ln 2.
   */
  @Test
  void fit_threeOfFourRight_makesTheProbabilityTwoThirds() {
    double[][] logits = {{4, 0}, {0, 4}, {4, 0}, {4, 0}};
    Temperature fitted = Temperature.fit(logits, new int[] {0, 1, 0, 1});
    assertThat(fitted.value()).isCloseTo(4 / Math.log(2), within(1e-4));
    double wrong = Math.log(1 + Math.exp(4));
    double right = Math.log(1 + Math.exp(-4));
    assertThat(fitted.lossBefore()).isCloseTo((wrong + 3 * right) / 4, within(1e-12));
    assertThat(fitted.lossAfter())
        .isCloseTo(-0.75 * Math.log(2.0 / 3) - 0.25 * Math.log(1.0 / 3), within(1e-4));
    assertThat(fitted.loss(logits[0], 0)).isCloseTo(-Math.log(2.0 / 3), within(1e-4));
  }

  /** Labels drawn from softmax(z), logits 2.5 z: the temperature is 2.5. */
  @Test
  void fit_labelsDrawnFromTheSoftmax_findsTheirScale() {
    Random random = new Random(5);
    double[][] logits = new double[20_000][4];
    int[] labels = new int[logits.length];
    for (int i = 0; i < labels.length; i++) {
      double[] z = random.doubles(4, -2, 2).toArray();
      double drawn = random.nextDouble() * Arrays.stream(z).map(Math::exp).sum();
      while (labels[i] < 3 && (drawn -= Math.exp(z[labels[i]])) > 0) {
        labels[i]++;
      }
      logits[i] = Arrays.stream(z).map(value -> 2.5 * value).toArray();
    }
    assertThat(Temperature.fit(logits, labels).value()).isCloseTo(2.5, within(0.1));
  }

  /** A quarter of each target is spread, so the best probability is 3/4: 1 / T = ln 3. */
  @Test
  void fit_allRight_isAsSureAsTheirNumberAllows() {
    Temperature fitted = Temperature.fit(new double[][] {{1, 0}, {0, 1}}, new int[] {0, 1});
    assertThat(fitted.value()).isCloseTo(1 / Math.log(3), within(1e-4));
    assertThat(fitted.lossAfter()).isLessThan(fitted.lossBefore());
  }

  @Test
  void fit_equalLogits_changesNothing() {
    Temperature fitted = Temperature.fit(new double[][] {{3, 3}}, new int[] {1});
    assertThat(fitted).isEqualTo(new Temperature(1, Math.log(2), Math.log(2)));
  }

  @Test
  void fit_withoutPhotosOrLabels_isRefused() {
    assertThatThrownBy(() -> Temperature.fit(new double[0][], new int[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "temperature: expects 1 photo or more with a label each, got logits of 0 photos and 0 labels; hold photos out to fit it");
    assertThatThrownBy(() -> Temperature.fit(new double[3][2], new int[2]))
        .hasMessageContaining("got logits of 3 photos and 2 labels");
  }
}

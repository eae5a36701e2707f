package io.fovea.transfer.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.network.FeatureGaussian;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FamiliarityTest {
  @Test
  void least_nProbabilities_isTheKthSmallest() {
    double[] p = IntStream.rangeClosed(1, 19).mapToDouble(i -> i / 20.0).toArray();
    assertThat(Familiarity.least(0.95, p)).isEqualTo(0.05); // k = floor(20 x 0.05) = 1
    assertThat(Familiarity.least(0.75, p)).isEqualTo(0.25); // k = 5
    assertThat(Familiarity.least(0.95, Arrays.copyOf(p, 18))).isZero(); // k = 0: all classes
  }

  /** The promise of split conformal prediction: coverage to (n + 1 - k) / (n + 1) on average. */
  @Test
  void least_newImagesOfTheSameKind_areCovered() {
    Random random = new Random(1);
    int covered = 0;
    int trials = 20_000;
    for (int trial = 0; trial < trials; trial++) {
      double[] p = random.doubles(100).map(Math::sqrt).toArray();
      covered += Math.sqrt(random.nextDouble()) >= Familiarity.least(0.95, p) ? 1 : 0;
    }
    assertThat((double) covered / trials).isEqualTo(96.0 / 101, within(0.005));
  }

  @Test
  void fit_features_areMeansAndDeviationsWithinTheClasses() {
    float[][] x = {{0, 10}, {2, 10}, {4, 30}, {8, 30}};
    FeatureGaussian fitted = Familiarity.fit("f", x, new int[] {0, 0, 1, 1}, 2, 1);

    assertThat(fitted.means()).isDeepEqualTo(new float[][] {{1, 10}, {6, 30}});
    double deviation = Math.sqrt((1 + 1 + 4 + 4) / 2.0); // 4 images, 2 classes; the other's is 0
    double floor = 0.1 * deviation / 2;
    assertThat(fitted.deviations()[0]).isEqualTo((float) (deviation + floor));
    assertThat(fitted.deviations()[1]).isEqualTo((float) floor);
    double nearest = Math.pow(2 / (deviation + floor), 2) / 2;
    assertThat(fitted.distance(new float[] {9, 3, 10}, 1)).isEqualTo(nearest, within(1e-6));
  }
}

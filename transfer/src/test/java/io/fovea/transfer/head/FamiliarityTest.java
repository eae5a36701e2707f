package io.fovea.transfer.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.network.AnswerRule;
import io.fovea.network.FeatureGaussian;
import io.fovea.train.CachedFeatures;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FamiliarityTest {
  @Test
  void least_nProbabilities_isTheKthSmallest() {
    double[] p = IntStream.rangeClosed(1, 19).mapToDouble(i -> i / 20.0).toArray();
    double[] near = new double[19];
    assertThat(Familiarity.least(0.95, near, 1, p)).isEqualTo(0.05); // k = floor(20 x 0.05) = 1
    assertThat(Familiarity.least(0.75, near, 1, p)).isEqualTo(0.25); // k = 5
    near[18] = 2;
    assertThat(Familiarity.least(0.75, near, 1, p)).isEqualTo(0.2); // one of the 5 is called unlike
    Arrays.fill(near, 10, 19, 2);
    assertThat(Familiarity.least(0.75, near, 1, p)).isEqualTo(0.15); // 9 are; half of the 5
    double[] few = Arrays.copyOf(p, 18);
    assertThat(Familiarity.least(0.95, new double[18], 1, few)).isZero(); // k = 0: all classes
  }

  @Test
  void limit_logNormalDistances_leavesHalfOfTheRestBeyond() {
    double[] logs = {-1, 0, 1};
    double[] distances = Arrays.stream(logs).map(Math::exp).toArray();
    assertThat(Familiarity.limit(0.9, distances)).isEqualTo(Math.exp(1.645), within(0.03));
    assertThat(Familiarity.limit(0.95, distances)).isEqualTo(Math.exp(1.960), within(0.03));
    assertThat(Familiarity.limit(0.95, new double[] {0, 0})).isEqualTo(0.01, within(1e-9));
  }

  /**
   * New images are told their class, whatever distance and probability have to do with each other.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1})
  void thresholds_newImagesOfTheSameKind_areToldTheirClass(double dependence) {
    Random random = new Random(1);
    int told = 0;
    int trials = 20_000;
    for (int trial = 0; trial < trials; trial++) {
      double[] z = random.doubles(101, -1, 1).map(x -> x + random.nextGaussian()).toArray();
      double[] far = Arrays.stream(z).map(x -> Math.exp(x / 4)).toArray();
      double[] p =
          Arrays.stream(z)
              .map(x -> random.nextDouble() < dependence ? 0.5 - x / 10 : random.nextDouble())
              .toArray();
      double[] own = Arrays.copyOf(p, 100);
      double[] distances = Arrays.copyOf(far, 100);
      double limit = Familiarity.limit(0.9, distances);
      boolean isNamed = p[100] >= Familiarity.least(0.9, distances, limit, own);
      told += isNamed && far[100] <= limit ? 1 : 0;
    }
    assertThat((double) told / trials).isEqualTo(0.9, within(0.015));
  }

  @Test
  void rule_countsTheOwnBeyondTheLimitAndThoseWhoseClassIsLeftOut() {
    double[] near = IntStream.range(0, 100).mapToDouble(i -> Math.exp(i % 20 / 20.0)).toArray();
    double[] far = IntStream.range(0, 100).mapToDouble(i -> i < 60 ? 9 : 0).toArray();
    CachedFeatures data = CachedFeatures.of(new float[] {1, 2, 3, 5}, new int[] {0, 0, 1, 1}, 2);
    AnswerRule.OneLabel rule = Familiarity.rule("f", data, near, far, near, 0.95);
    double limit = Familiarity.limit(0.95, near);
    int own = (int) Arrays.stream(near).filter(distance -> distance > limit).count();
    assertThat(rule.unlike()).contains(new AnswerRule.UnlikeShares(100, own, 60));
    assertThat(rule.features().orElseThrow().limit()).isEqualTo(limit);
    assertThat(Familiarity.of(data).distances(data, true)[0])
        .isGreaterThan(Familiarity.of(data).distances(data, false)[0]);
  }

  @Test
  void fit_features_areMeansAndDeviationsWithinTheClasses() {
    float[][] x = {{0, 10}, {2, 10}, {4, 30}, {8, 30}};
    FeatureGaussian fitted = FeatureGaussian.fit("f", x, new int[] {0, 0, 1, 1}, 2, 1);

    assertThat(fitted.means()).isDeepEqualTo(new float[][] {{1, 10}, {6, 30}});
    double deviation = Math.sqrt((1 + 1 + 4 + 4) / 2.0); // 4 images, 2 classes; the other's is 0
    double floor = 0.1 * deviation / 2;
    assertThat(fitted.deviations()[0]).isEqualTo((float) (deviation + floor));
    assertThat(fitted.deviations()[1]).isEqualTo((float) floor);
    double nearest = Math.pow(2 / (deviation + floor), 2) / 2;
    assertThat(fitted.distance(new float[] {9, 3, 10}, 1, -1)).isEqualTo(nearest, within(1e-6));
  }
}

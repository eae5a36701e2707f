package io.fovea.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Batch;
import io.fovea.dataset.Targets;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mixtures of two images: pixels and shares of classes. */
class MixingTest {
  private static Batch batch(Shape shape, float... values) {
    int count = values.length / shape.elements();
    int[] labels = new int[count];
    Arrays.setAll(labels, n -> n);
    return new Batch(Tensor.of(shape, count, values), Targets.of(labels, count, 3));
  }

  private static float[] shares(Batch batch, int n) {
    float[] shares = new float[3];
    for (int k = 0; k < 3; k++) {
      shares[k] = batch.targets().share(n, k);
    }
    return shares;
  }

  @Test
  void mixUp_ofTwoImages_weighsPixelsAndShares() {
    Batch batch = batch(Shape.of(1, 1, 2), 0, 1, 4, 3, 8, 8);
    Batch mixed = batch(Shape.of(1, 1, 2), 9, 9, 9, 9, 9, 9);
    MixUp.mix(mixed, batch, 1, 0, 0.75f);
    assertThat(mixed.x().toArray()).containsExactly(9, 9, 3, 2.5f, 9, 9);
    assertThat(shares(mixed, 1)).containsExactly(0.25f, 0.75f, 0);
    assertThat(mixed.targets().label(1)).isEqualTo(1);
    assertThat(batch.x().toArray()).containsExactly(0, 1, 4, 3, 8, 8);
  }

  @Test
  void mixUp_byKey_hasTheSameShareInPixelsAndClasses() {
    Batch batch = batch(Shape.of(1, 1, 1), 0, 1);
    Batch mixed = batch(Shape.of(1, 1, 1), 0, 0);
    for (int n = 0; n < 200; n++) {
      new MixUp(0.4).mix(mixed, batch, 0, 1, RandomKey.of(n));
      float pixel = mixed.x().toArray()[0];
      assertThat(mixed.targets().share(0, 1)).isEqualTo(pixel, within(1e-6f));
      assertThat(mixed.targets().share(0, 0)).isEqualTo(1 - pixel, within(1e-6f));
    }
  }

  @Test
  void cutMix_box_replacesPixelsAndGivesItsArea() {
    float[] both = new float[2 * 16];
    Arrays.fill(both, 0, 16, 5);
    Arrays.fill(both, 16, 32, 6);
    Batch batch = batch(Shape.of(1, 4, 4), both);
    Batch mixed = batch(Shape.of(1, 4, 4), new float[32]);
    CutMix.paste(mixed, batch, 0, 1, 1, 2, 3, 4);
    assertThat(mixed.x().slice(0, 1).toArray())
        .startsWith(5, 5, 5, 5, 5, 5, 6, 6, 5, 5, 6, 6, 5, 5, 5, 5);
    assertThat(shares(mixed, 0)).containsExactly(0.75f, 0.25f, 0);
  }

  @Test
  void cutMix_byKey_sharesAreAreas_inColourAndNotSquare() {
    Shape shape = Shape.of(3, 6, 10);
    float[] both = new float[2 * 180];
    Arrays.fill(both, 180, 360, 1);
    Batch batch = batch(shape, both);
    Batch mixed = batch(shape, new float[360]);
    double sum = 0;
    for (int n = 0; n < 1000; n++) {
      new CutMix(1).mix(mixed, batch, 0, 1, RandomKey.of(n));
      float[] pixels = Arrays.copyOf(mixed.x().array(), 180);
      float area = 0;
      for (float pixel : pixels) {
        area += pixel / 180;
      }
      assertThat(mixed.targets().share(0, 1)).isEqualTo(area, within(1e-5f));
      assertThat(mixed.targets().share(0, 0)).isEqualTo(1 - area, within(1e-5f));
      sum += area;
    }
    // Half the area on average, less what the edges cut off.
    assertThat(sum / 1000).isBetween(0.15, 0.45);
  }

  /** The variance of Beta(a, a) is 1 / (4 (2a + 1)). */
  @ParameterizedTest
  @CsvSource({"0.1, 0.2083333", "0.2, 0.1785714", "1, 0.0833333", "5, 0.0227273"})
  void beta_meanAndVariance_areThoseOfTheDistribution(double alpha, double variance) {
    int draws = 20_000;
    double sum = 0;
    double squares = 0;
    for (int n = 0; n < draws; n++) {
      double value = Beta.draw(alpha, RandomKey.of(5).with(n));
      assertThat(value).isBetween(0.0, 1.0);
      sum += value;
      squares += (value - 0.5) * (value - 0.5);
    }
    assertThat(sum / draws).isEqualTo(0.5, within(0.012));
    assertThat(squares / draws).isEqualTo(variance, within(0.03 * variance));
  }

  @Test
  void beta_smallestAlpha_isANumber() {
    for (int n = 0; n < 2000; n++) {
      assertThat(Beta.draw(0.01, RandomKey.of(6).with(n))).isBetween(0.0, 1.0);
    }
  }
}

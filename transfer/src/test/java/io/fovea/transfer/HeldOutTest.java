package io.fovea.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.transfer.head.HeadFit;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeldOutTest {
  private static final int CLASSES = 4;

  /**
   * Photos whose labels are drawn from softmax(z), and logits of {@code sharpness} z, to which each
   * photo may add any number: a softmax does not see it.
   */
  private static HeldOut drawn(int photos, double sharpness, long seed) {
    Random random = new Random(seed);
    double[][] logits = new double[photos][];
    int[] labels = new int[photos];
    for (int i = 0; i < photos; i++) {
      double[] z = random.doubles(CLASSES, -2, 2).toArray();
      double left = random.nextDouble() * Arrays.stream(z).map(Math::exp).sum();
      while (labels[i] < CLASSES - 1 && (left -= Math.exp(z[labels[i]])) > 0) {
        labels[i]++;
      }
      double shift = random.nextInt(100);
      logits[i] = Arrays.stream(z).map(value -> sharpness * value + shift).toArray();
    }
    double[] near = new double[photos];
    int[] indices = IntStream.range(0, photos).toArray();
    return new HeldOut(indices, logits, labels, near, near, Temperature.fit(logits, labels));
  }

  private static HeadFit.Logits logits(HeldOut answers) {
    return new HeadFit.Logits(answers.logits(), answers.labels());
  }

  /**
   * The shipped model is three times as sharp as the folds that judged: divided by the folds'
   * temperature, its probabilities would be those of 3 z, and the class would be missing where the
   * limit of the folds promises it.
   */
  @Test
  void as_modelOfOtherSharpness_hasItsTemperatureAndTheFoldsAnswers() {
    HeldOut folds = drawn(4_000, 0.5, 1);
    HeadFit.Logits shipped = logits(drawn(4_000, 1.5, 2));
    HeldOut same = folds.as(shipped);
    assertThat(folds.temperature().value()).isCloseTo(0.5, within(0.03));
    assertThat(same.temperature().value()).isCloseTo(1.5, within(0.1));
    assertThat(same.photos()).isSameAs(folds.photos());
    assertThat(same.accuracy()).isEqualTo(folds.accuracy());
    double[] before = folds.ofTrueClass();
    double[] after = same.ofTrueClass();
    for (int i = 0; i < before.length; i++) {
      assertThat(after[i])
          .as("a probability after the temperature")
          .isCloseTo(before[i], within(0.05));
    }
  }

  @Test
  void as_fewerThan60Images_changesNothing() {
    HeldOut folds = drawn(100, 0.5, 1);
    assertThat(folds.as(logits(drawn(59, 1.5, 2)))).isSameAs(folds);
    assertThat(folds.as(logits(drawn(60, 1.5, 2)))).isNotSameAs(folds);
  }
}

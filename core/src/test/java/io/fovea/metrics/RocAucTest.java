package io.fovea.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.parallel.Workers;
import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class RocAucTest {
  private static RocAuc of(float[][] p, int... labels) {
    try (Workers workers = Workers.of(2)) {
      BitSet[] members = new BitSet[p.length];
      Arrays.setAll(members, k -> new BitSet());
      for (int n = 0; n < labels.length; n++) {
        members[labels[n]].set(n);
      }
      return RocAuc.of(p, members, workers);
    }
  }

  /** The area of class 1 of two, from its probabilities. */
  private static double area(float[] p, int... labels) {
    float[] rest = new float[p.length];
    for (int n = 0; n < p.length; n++) {
      rest[n] = 1 - p[n];
    }
    RocAuc auc = of(new float[][] {rest, p}, labels);
    assertThat(auc.perClass().getFirst())
        .as("seen from the other class")
        .isEqualTo(auc.perClass().getLast());
    return auc.perClass().getLast().orElseThrow();
  }

  @Test
  void area_exampleOfScikitLearn_agrees() {
    // roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) in its user guide
    assertThat(area(new float[] {0.1f, 0.4f, 0.35f, 0.8f}, 0, 0, 1, 1)).isEqualTo(0.75);
  }

  @Test
  void area_perfectAndWorst_areOneAndZero() {
    float[] p = {0.125f, 0.25f, 0.75f, 0.875f};
    assertThat(area(p, 0, 0, 1, 1)).isEqualTo(1);
    assertThat(area(p, 1, 1, 0, 0)).isZero();
  }

  @Test
  void area_ties_countHalf() {
    assertThat(area(new float[] {0.5f, 0.5f, 0.5f}, 0, 1, 1)).isEqualTo(0.5);
    // pairs (member, other): (0.5, 0.25) won, (0.5, 0.5) half, (0.75, 0.25) won, (0.75, 0.5) won
    assertThat(area(new float[] {0.25f, 0.5f, 0.5f, 0.75f}, 0, 0, 1, 1)).isEqualTo(3.5 / 4);
  }

  @Test
  void perClass_threeClasses_handComputed() {
    float[][] p = {
      {0.6f, 0.2f, 0.5f, 0.1f}, // class 0: members 0.6 and 0.5 beat 0.2 and 0.1
      {0.3f, 0.5f, 0.4f, 0.5f}, // class 1: 0.5 beats 0.3 and 0.4, ties with 0.5: 2.5 of 3
      {0.1f, 0.3f, 0.1f, 0.4f}, // class 2: 0.4 beats all
    };
    RocAuc auc = of(p, 0, 1, 0, 2);
    assertThat(auc.perClass().get(0).orElseThrow()).isEqualTo(1);
    assertThat(auc.perClass().get(1).orElseThrow()).isCloseTo(2.5 / 3, within(1e-15));
    assertThat(auc.perClass().get(2).orElseThrow()).isEqualTo(1);
    assertThat(auc.macro().orElseThrow()).isCloseTo((2 + 2.5 / 3) / 3, within(1e-15));
  }

  @Test
  void perClass_withoutImages_isEmptyAndLeftOutOfTheMean() {
    float[][] p = {{0.7f, 0.2f}, {0.2f, 0.7f}, {0.1f, 0.1f}};
    RocAuc auc = of(p, 0, 1);
    assertThat(auc.perClass().get(2)).isEmpty();
    assertThat(auc.macro()).hasValue(1);
  }

  @Test
  void perClass_ofAllImages_isEmpty() {
    RocAuc auc = of(new float[][] {{1, 1}}, 0, 0);
    assertThat(auc.perClass().getFirst()).isEmpty();
    assertThat(auc.macro()).isEmpty();
  }
}

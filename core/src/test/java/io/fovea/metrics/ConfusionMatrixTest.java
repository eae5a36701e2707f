package io.fovea.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {
  /** Labels down, predictions across: 5 1 0 / 2 3 0 / 0 4 0 / 0 0 0. */
  private static ConfusionMatrix example() {
    int[][] counts = {{5, 1, 0, 0}, {2, 3, 0, 0}, {0, 4, 0, 0}, {0, 0, 0, 0}};
    ConfusionMatrix matrix = new ConfusionMatrix(4);
    for (int label = 0; label < 4; label++) {
      for (int predicted = 0; predicted < 4; predicted++) {
        for (int k = 0; k < counts[label][predicted]; k++) {
          matrix.add(label, predicted);
        }
      }
    }
    return matrix;
  }

  @Test
  void counts_handComputed_agree() {
    ConfusionMatrix matrix = example();
    assertThat(matrix.classes()).isEqualTo(4);
    assertThat(matrix.count(1, 0)).isEqualTo(2);
    assertThat(matrix.count(0, 1)).isEqualTo(1);
    assertThat(matrix.total()).isEqualTo(15);
    assertThat(matrix.correct()).isEqualTo(8);
    assertThat(matrix.support(2)).isEqualTo(4);
    assertThat(matrix.accuracy()).isCloseTo(8 / 15.0, within(1e-15));
  }

  @Test
  void table_withNames_hasCountsRecallAndPrecision() {
    ConfusionMatrix matrix = new ConfusionMatrix(2);
    matrix.add(0, 0);
    matrix.add(0, 0);
    matrix.add(0, 1);
    matrix.add(1, 1);
    assertThat(matrix.table(List.of("cat", "dog")).lines())
        .containsExactly(
            "label \\ predicted  cat  dog    recall  precision",
            "cat                  2    1   66.67 %   100.00 %",
            "dog                  0    1  100.00 %    50.00 %");
    assertThat(matrix.toString()).startsWith("label \\ predicted  0  1");
    assertThatThrownBy(() -> matrix.table(List.of("cat")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "confusion matrix: expects a name for each of 2 classes, got 1; give network.labels()");
  }

  @Test
  void shares_handComputed_agree() {
    ConfusionMatrix matrix = example();
    assertThat(matrix.precision(0)).isCloseTo(5 / 7.0, within(1e-15));
    assertThat(matrix.recall(0)).isCloseTo(5 / 6.0, within(1e-15));
    assertThat(matrix.f1(0)).isCloseTo(10 / 13.0, within(1e-15));
    assertThat(matrix.precision(1)).isCloseTo(3 / 8.0, within(1e-15));
    assertThat(matrix.recall(1)).isCloseTo(3 / 5.0, within(1e-15));
  }

  @Test
  void averages_handComputed_agree() {
    ConfusionMatrix matrix = example();
    // over the three classes that occur; class 2 has images and was never answered
    assertThat(matrix.macroPrecision()).isCloseTo((5 / 7.0 + 3 / 8.0 + 0) / 3, within(1e-15));
    assertThat(matrix.macroRecall()).isCloseTo((5 / 6.0 + 3 / 5.0 + 0) / 3, within(1e-15));
    assertThat(matrix.macroF1()).isCloseTo((10 / 13.0 + 6 / 13.0 + 0) / 3, within(1e-15));
    assertThat(matrix.micro()).isEqualTo(matrix.accuracy());
    assertThat(matrix.taken(1)).isEqualTo(8);
    assertThat(new ConfusionMatrix(2).macroF1()).isZero();
  }

  @Test
  void averages_perfectWorstAndOneClass_areOneAndZero() {
    ConfusionMatrix one = new ConfusionMatrix(1);
    one.add(0, 0);
    assertThat(one.macroF1()).isEqualTo(1);
    ConfusionMatrix worst = new ConfusionMatrix(3);
    worst.add(0, 1); // class 1 occurs as an answer alone, class 2 not at all
    assertThat(worst.macroPrecision()).isZero();
    worst.add(0, 0);
    assertThat(worst.macroPrecision()).isEqualTo(0.5);
    assertThat(worst.macroRecall()).isEqualTo(0.25);
  }

  @Test
  void shares_nothingCounted_areZero() {
    ConfusionMatrix matrix = example();
    assertThat(matrix.precision(2)).as("never predicted").isZero();
    assertThat(matrix.recall(2)).as("never right").isZero();
    assertThat(matrix.f1(2)).isZero();
    assertThat(matrix.recall(3)).as("no images").isZero();
    assertThat(new ConfusionMatrix(2).accuracy()).isZero();
  }
}

package io.fovea.kernel.vector.elementwise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.kernel.op.Draw;
import io.fovea.kernel.reference.ReferenceKernels;
import io.fovea.kernel.vector.VectorKernels;
import org.junit.jupiter.api.Test;

/** Sums, and sums of squares in double, against the plain loops. */
class SquaresTest {
  @Test
  void squares_anyRange_equalThePlainLoop() {
    float[] values = new Draw(20261124).reals(200);
    for (int from = 0; from < 40; from++) {
      for (int to = from; to < values.length; to += 7) {
        double expected = new ReferenceKernels().squares(values, from, to);
        assertThat(new VectorKernels().squares(values, from, to))
            .as("from %d to %d", from, to)
            .isCloseTo(expected, within(1e-15 * (1 + expected) * values.length));
      }
    }
  }

  @Test
  void sum_anyLengthAndPlace_hasTheBitsOfThePlainLoop() {
    Draw draw = new Draw(20261125);
    for (int length = 0; length < 70; length++) {
      float[] a = draw.reals(length + 9);
      float[] b = draw.reals(length + 9);
      float[] expected = draw.reals(length + 9);
      float[] actual = expected.clone();
      int at = draw.between(0, 9);
      int aAt = draw.between(0, 9);
      int bAt = draw.between(0, 9);
      new ReferenceKernels().sum(expected, at, a, aAt, b, bAt, length);
      new VectorKernels().sum(actual, at, a, aAt, b, bAt, length);
      assertThat(actual)
          .as("length %d from %d, %d and %d", length, at, aAt, bAt)
          .isEqualTo(expected);
      new ReferenceKernels().sum(expected, at, expected, at, b, bAt, length);
      new VectorKernels().sum(actual, at, actual, at, b, bAt, length);
      assertThat(actual).as("length %d in place", length).isEqualTo(expected);
    }
  }

  @Test
  void peak_anySet_isAPositiveRate() {
    assertThat(new VectorKernels().peak(0.05)).isPositive().isFinite();
    assertThat(new ReferenceKernels().peak(0.05)).isPositive().isFinite();
  }
}

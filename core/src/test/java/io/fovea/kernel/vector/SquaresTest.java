package io.fovea.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.kernel.Draw;
import io.fovea.kernel.reference.ReferenceKernels;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sums of squares in double, against the plain loop. */
@Tag("widths")
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
  void peak_anySet_isAPositiveRate() {
    assertThat(new VectorKernels().peak(0.05)).isPositive().isFinite();
    assertThat(new ReferenceKernels().peak(0.05)).isPositive().isFinite();
  }
}

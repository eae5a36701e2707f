package io.fovea.kernel.vector.elementwise;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.op.Kernels;
import io.fovea.kernel.reference.ReferenceKernels;
import io.fovea.kernel.vector.VectorKernels;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Matrices turned, by both sets of kernels: each number in its place, none beside. */
@EveryWidth
class TransposeTest {
  private static final float MARK = 1234567.5f;

  static IntStream rows() {
    return IntStream.rangeClosed(1, 9);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void transpose_anySize_everyNumberInItsPlace(int rows) {
    for (Kernels kernels : List.of(new VectorKernels(), new ReferenceKernels())) {
      for (int columns = 1; columns <= 70; columns++) {
        Draw draw = new Draw(20261126 + 100L * rows + columns);
        int xAt = draw.between(0, 3);
        int yAt = draw.between(0, 3);
        float[] x = draw.reals(xAt + rows * columns);
        float[] y = new float[yAt + rows * columns + 3];
        Arrays.fill(y, MARK);
        float[] expected = y.clone();
        for (int r = 0; r < rows; r++) {
          for (int c = 0; c < columns; c++) {
            expected[yAt + c * rows + r] = x[xAt + r * columns + c];
          }
        }
        kernels.transpose(y, yAt, x, xAt, rows, columns);
        assertThat(y).as("%d x %d by %s", rows, columns, kernels.name()).isEqualTo(expected);
      }
    }
  }
}

package io.fovea.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.Draw;
import io.fovea.kernel.EveryWidth;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two panels at once against a plain chain of multiply-adds: the same bits, and nothing written
 * beside them.
 */
@EveryWidth
class QuadsTest {
  private static final int L = Lanes.COUNT;
  private static final float MARK = 1234567.5f;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 16, 17, 24, 29})
  void run_anyRows_areOneChainEach(int rows) {
    for (int terms : new int[] {1, 2, 16, 34}) {
      for (boolean continued : new boolean[] {false, true}) {
        Draw draw = new Draw(20261128 + 100L * rows + terms);
        RowMajorProduct p = new RowMajorProduct();
        p.terms = terms;
        p.aAt = draw.between(0, 5);
        p.aStep = terms + draw.between(0, 5);
        p.a = draw.reals(p.aAt + rows * p.aStep);
        p.bAt = draw.between(0, 5);
        int second = p.bAt + terms * 2 * L + draw.between(0, 5);
        p.b = draw.reals(second + terms * 2 * L);
        p.cAt = draw.between(0, 5);
        p.cRow = 4 * L + draw.between(0, 5);
        p.c = new float[p.cAt + rows * p.cRow];
        Arrays.fill(p.c, MARK);
        p.init = continued ? p.c : draw.reals(5 + 4 * L);
        p.initAt = continued ? p.cAt : draw.between(0, 5);
        p.initRow = continued ? p.cRow : 0;
        float[] before = p.init.clone();
        RowMajorQuads.run(p, rows, second);

        for (int r = 0; r < rows; r++) {
          for (int q = 0; q < p.cRow && p.cAt + r * p.cRow + q < p.c.length; q++) {
            float expected = q < 4 * L ? sum(p, before, second, r, q) : MARK;
            assertThat(p.c[p.cAt + r * p.cRow + q])
                .as("%d rows, %d terms, row %d, column %d", rows, terms, r, q)
                .isEqualTo(expected);
          }
        }
      }
    }
  }

  private static float sum(RowMajorProduct p, float[] init, int second, int row, int column) {
    float sum = init[p.initAt + row * p.initRow + column];
    int from = (column < 2 * L ? p.bAt : second) + column % (2 * L);
    for (int k = 0; k < p.terms; k++) {
      sum = Math.fma(p.a[p.aAt + row * p.aStep + k], p.b[from + k * 2 * L], sum);
    }
    return sum;
  }
}

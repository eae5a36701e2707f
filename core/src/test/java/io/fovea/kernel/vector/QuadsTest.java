package io.fovea.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
    assumeTrue(MacroKernel.WIDE, "blocks of four vectors need 32 registers");
    for (int terms : new int[] {1, 2, 16, 34}) {
      for (boolean continued : new boolean[] {false, true}) {
        Draw draw = new Draw(20261128 + 100L * rows + terms);
        MacroKernel p = MacroKernel.ofRows();
        p.terms = terms;
        p.aOffset = draw.between(0, 5);
        p.aStride = terms + draw.between(0, 5);
        p.a = draw.reals(p.aOffset + rows * p.aStride);
        p.bOffset = draw.between(0, 5);
        int second = p.bOffset + terms * 2 * L + draw.between(0, 5);
        p.b = draw.reals(second + terms * 2 * L);
        p.cOffset = draw.between(0, 5);
        p.cStride = 4 * L + draw.between(0, 5);
        p.c = new float[p.cOffset + rows * p.cStride];
        Arrays.fill(p.c, MARK);
        p.continues = continued;
        p.first = draw.reals(5 + 4 * L);
        p.firstOffset = draw.between(0, 5);
        p.pairOfPanels(rows, second);

        for (int r = 0; r < rows; r++) {
          for (int q = 0; q < p.cStride && p.cOffset + r * p.cStride + q < p.c.length; q++) {
            float expected = q < 4 * L ? sum(p, second, r, q) : MARK;
            assertThat(p.c[p.cOffset + r * p.cStride + q])
                .as("%d rows, %d terms, row %d, column %d", rows, terms, r, q)
                .isEqualTo(expected);
          }
        }
      }
    }
  }

  private static float sum(MacroKernel p, int second, int row, int column) {
    float sum = p.continues ? MARK : p.first[p.firstOffset + column];
    int from = (column < 2 * L ? p.bOffset : second) + column % (2 * L);
    for (int k = 0; k < p.terms; k++) {
      sum = Math.fma(p.a[p.aOffset + row * p.aStride + k], p.b[from + k * 2 * L], sum);
    }
    return sum;
  }
}

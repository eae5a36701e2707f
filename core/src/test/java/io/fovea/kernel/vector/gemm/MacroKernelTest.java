package io.fovea.kernel.vector.gemm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.vector.machine.Lanes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows by one vector, whole, in halves and for a few lanes, and by two panels at once, against a
 * plain chain of multiply-adds: the same bits, and no more written than was wanted.
 */
@EveryWidth
class MacroKernelTest {
  private static final int L = Lanes.COUNT;

  @ParameterizedTest
  @MethodSource("io.fovea.kernel.vector.gemm.FewLanes#lanes")
  void rowMajor_anyLanes_areOneChainEach(int lanes) {
    for (boolean splits : FewLanes.ways()) {
      for (int terms : new int[] {1, 2, 16, 34}) {
        Draw draw = new Draw(20261126 + 100L * lanes + terms);
        int rows = draw.between(1, 4 * MacroKernel.ROWS);
        MacroKernel p = MacroKernel.ofRows();
        p.splits = splits;
        p.lanes = lanes;
        p.terms = terms;
        p.aOffset = draw.between(0, 5);
        p.aStride = terms + draw.between(0, 5);
        p.a = draw.reals(p.aOffset + rows * p.aStride);
        p.bOffset = draw.between(0, 5);
        p.b = draw.reals(p.bOffset + terms * L);
        p.firstOffset = draw.between(0, 5);
        p.first = draw.reals(p.firstOffset + L);
        p.cOffset = draw.between(0, 5);
        p.cStride = L + draw.between(0, 5);
        p.c = FewLanes.marked(p.cOffset + rows * p.cStride);
        p.run(rows, 1);

        String text = "%d lanes, %d terms, in halves: %b".formatted(lanes, terms, splits);
        for (int r = 0; r < rows; r++) {
          for (int q = 0; q < L; q++) {
            float sum = p.first[p.firstOffset + q];
            for (int k = 0; k < terms; k++) {
              sum = Math.fma(p.a[p.aOffset + r * p.aStride + k], p.b[p.bOffset + k * L + q], sum);
            }
            FewLanes.check(text, p.c[p.cOffset + r * p.cStride + q], sum, q, lanes);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 16, 17, 24, 29})
  void pairOfPanels_anyRows_areOneChainEach(int rows) {
    assumeTrue(Lanes.REGISTERS == 32, "blocks of four vectors need 32 registers");
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
        p.c = FewLanes.marked(p.cOffset + rows * p.cStride);
        p.continues = continued;
        p.first = draw.reals(5 + 4 * L);
        p.firstOffset = draw.between(0, 5);
        p.pairOfPanels(rows, second);

        for (int r = 0; r < rows; r++) {
          for (int q = 0; q < p.cStride && p.cOffset + r * p.cStride + q < p.c.length; q++) {
            float expected = q < 4 * L ? pairSum(p, second, r, q) : FewLanes.MARK;
            assertThat(p.c[p.cOffset + r * p.cStride + q])
                .as("%d rows, %d terms, row %d, column %d", rows, terms, r, q)
                .isEqualTo(expected);
          }
        }
      }
    }
  }

  private static float pairSum(MacroKernel p, int second, int row, int column) {
    float sum = p.continues ? FewLanes.MARK : p.first[p.firstOffset + column];
    int from = (column < 2 * L ? p.bOffset : second) + column % (2 * L);
    for (int k = 0; k < p.terms; k++) {
      sum = Math.fma(p.a[p.aOffset + row * p.aStride + k], p.b[from + k * 2 * L], sum);
    }
    return sum;
  }
}

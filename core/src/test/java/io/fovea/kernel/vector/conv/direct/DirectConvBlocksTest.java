package io.fovea.kernel.vector.conv.direct;

import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.vector.conv.direct.DirectConvBlocks.Windows;
import io.fovea.kernel.vector.gemm.FewLanes;
import io.fovea.kernel.vector.machine.Lanes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Blocks of windows one vector wide, whole, in halves and for a few lanes, against a plain chain of
 * multiply-adds: the same bits, and no more written than was wanted.
 */
@EveryWidth
class DirectConvBlocksTest {
  private static final int L = Lanes.COUNT;

  @ParameterizedTest
  @MethodSource("io.fovea.kernel.vector.gemm.FewLanes#lanes")
  void windows_anyLanes_areOneChainEach(int lanes) {
    for (boolean splits : FewLanes.ways()) {
      for (int count : new int[] {3, 8, 9, 16, 29}) {
        Draw draw = new Draw(20261127 + 100L * lanes + count);
        int run = draw.between(1, 6);
        Windows windows =
            new Windows(
                draw.between(1, 12), draw.between(1, 5), 30, 3, 11, draw.between(1, 2), 7, run);
        DirectConvBlocks p = new DirectConvBlocks(windows);
        p.splits = splits;
        p.lanes = lanes;
        p.aOffset = draw.between(0, 5);
        p.a = draw.reals(p.aOffset + windows.offset(count) + windows.tap(windows.taps()) + 100);
        p.bOffset = draw.between(0, 5);
        int taps = windows.taps();
        p.bVector = taps * L;
        p.b = draw.reals(p.bOffset + p.bVector);
        p.firstOffset = draw.between(0, 5);
        p.first = draw.reals(p.firstOffset + L);
        p.cOffset = draw.between(0, 5);
        p.cStride = L + draw.between(0, 5);
        p.c = FewLanes.marked(p.cOffset + count * p.cStride);
        int from = draw.between(0, 5);
        p.run(from, from + count, 1);

        String text = "%d lanes, %d windows, in halves: %b".formatted(lanes, count, splits);
        for (int w = 0; w < count; w++) {
          for (int q = 0; q < L; q++) {
            float sum = p.first[p.firstOffset + q];
            for (int t = 0; t < taps; t++) {
              int at = p.aOffset + windows.offset(from + w) + windows.tap(t);
              sum = Math.fma(p.a[at], p.b[p.bOffset + t * L + q], sum);
            }
            FewLanes.check(text, p.c[p.cOffset + w * p.cStride + q], sum, q, lanes);
          }
        }
      }
    }
  }
}

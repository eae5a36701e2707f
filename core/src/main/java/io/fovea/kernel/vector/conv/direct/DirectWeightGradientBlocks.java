package io.fovea.kernel.vector.conv.direct;

import static io.fovea.kernel.vector.microkernel.Extent.ARGUMENT;

import io.fovea.kernel.vector.conv.direct.DirectConvBlocks.Windows;
import io.fovea.kernel.vector.gemm.MacroKernel;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.microkernel.BlockDescription;
import io.fovea.kernel.vector.microkernel.BlockDescription.First;
import io.fovea.kernel.vector.microkernel.BlockDescription.Terms;
import io.fovea.kernel.vector.microkernel.Extent;
import io.fovea.kernel.vector.microkernel.KernelTable;
import io.fovea.kernel.vector.microkernel.Strides;

/**
 * The weight gradient of a direct convolution: blocks of taps by filters, kept in registers while
 * the loop runs over the output's pixels.
 *
 * <pre>
 * sums[t][v] += sum over pixels p of a[window of p + tap t] * b[p][v]
 * </pre>
 *
 * a, a padded map, is read one number at a time and broadcast; b, the gradient of the output, and
 * sums are read and written a vector at a time. Taps of a block are neighbours in a.
 *
 * <p>Each element is one chain of fused multiply-adds over the pixels in order, in any block.
 */
final class DirectWeightGradientBlocks {
  private static final int L = Lanes.COUNT;

  private static final int TAPS = MacroKernel.ROWS;

  /** The most taps of a block, where neighbours do not make two blocks. */
  private static final int MOST = Lanes.REGISTERS == 32 ? 10 : 5;

  /** The kernels. Indices are running sums, which keeps C2 from unrolling the loop. */
  static final KernelTable KERNELS =
      new KernelTable(
              (rows, vectors, width) ->
                  BlockDescription.of(rows, vectors)
                      .loops(1)
                      .terms(Terms.of(ARGUMENT, ARGUMENT).running())
                      .operands(Extent.floats(1), ARGUMENT)
                      .panel(vectors)
                      .output(Extent.vectors(1), ARGUMENT)
                      .first(First.TARGET)
                      .build())
          .bundle(2, 8, 5);

  private final Windows windows;
  private final int outputRows;
  private final Strides strides = new Strides();

  float[] a = {};
  int aOffset;

  // b[bOffset + p * bStride + v * L ...]
  float[] b = {};
  int bOffset;
  int bStride;

  // sums[sumsOffset + v * sumsVector + t * L ...]
  float[] sums = {};
  int sumsOffset;
  int sumsVector;

  DirectWeightGradientBlocks(Windows windows, int outputRows) {
    this.windows = windows;
    this.outputRows = outputRows;
  }

  /** Adds to the sums of all taps, for {@code vectors} vectors of filters. */
  void run(int vectors) {
    strides
        .output(L, sumsVector)
        .terms(windows.width(), windows.windowStep(), bStride)
        .outer(outputRows, windows.rowStep(), windows.width() * bStride);
    int run = windows.run();
    int blocks = blocks(run);
    for (int v = 0; v < vectors; v += 2) {
      for (int t = 0; t < windows.taps(); t += run) {
        for (int block = 0; block < blocks; block++) {
          int from = run * block / blocks;
          int to = run * (block + 1) / blocks;
          add(t + from, to - from, v, Math.min(2, vectors - v));
        }
      }
    }
  }

  /** Blocks of a run of neighbouring taps. */
  private static int blocks(int run) {
    return run % TAPS == 0 ? run / TAPS : Math.ceilDiv(run, MOST);
  }

  private void add(int tap, int count, int v, int vectors) {
    KERNELS
        .get(count, vectors)
        .compute(
            strides,
            a,
            aOffset + windows.tap(tap),
            b,
            bOffset + v * L,
            b,
            0,
            sums,
            sumsOffset + v * sumsVector + tap * L);
  }
}

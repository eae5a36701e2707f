package io.fovea.kernel.vector.conv.direct;

import static io.fovea.kernel.vector.microkernel.Extent.ARGUMENT;

import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.microkernel.BlockDescription;
import io.fovea.kernel.vector.microkernel.BlockDescription.First;
import io.fovea.kernel.vector.microkernel.Extent;
import io.fovea.kernel.vector.microkernel.KernelTable;
import io.fovea.kernel.vector.microkernel.Strides;
import java.util.List;

/**
 * A first convolution's weight gradient, where {@link DirectWeightGradientBlocks} is bound by
 * broadcasts: one channel, kernel rows of 5 taps, one vector of filters. Neighbouring pixels'
 * windows overlap, so a broadcast number of a is used for all taps of its row whose windows contain
 * it: 8 broadcasts for 20 multiply-adds instead of 20. Three kernel rows at once, then the last
 * two: the five sums of a single row are five chains, too few for two multiply-adds a cycle of four
 * cycles each (an Intel core, operands in the L1 cache: 63 % of the peak row by row, 77 % so).
 *
 * <pre>
 * dw[u][v] += sum over j of a[u][j + v] * dy[j]
 * </pre>
 *
 * Each element is the same chain of fused multiply-adds as DirectWeightGradientBlocks's, so the
 * bits are the same.
 */
final class RowReuseGradient {
  static final int TAPS = 5;

  /** Pixels of a body. */
  private static final int PIXELS = 4;

  private static final int L = Lanes.COUNT;

  private static final KernelTable BODIES =
      new KernelTable((rows, vectors, width) -> block(rows, PIXELS)).bundle(1, 3, 2);

  private static final KernelTable SINGLE_PIXELS =
      new KernelTable((rows, vectors, width) -> block(rows, 1));

  static final List<KernelTable> TABLES = List.of(BODIES);

  private static BlockDescription block(int kernelRows, int pixels) {
    return BlockDescription.of(TAPS, 1)
        .groups(kernelRows)
        .taps(pixels, 1, 1)
        .loops(1)
        .operands(Extent.floats(1), ARGUMENT)
        .output(Extent.vectors(1), Extent.vectors(1))
        .first(First.TARGET)
        .build();
  }

  private final Strides strides = new Strides();

  // a[aOffset + u * aRow + j + v]
  float[] a = {};
  int aOffset;
  int aRow;
  int kernelRows;

  // dy[dyOffset + j * dyStride ...]
  float[] dy = {};
  int dyOffset;
  int dyStride;

  /** Whether the weight gradient of a convolution with windows a pixel apart is computed so. */
  static boolean fits(int channels, int taps, int vectors, int width) {
    return L >= 16 && channels == 1 && taps == TAPS && vectors == 1 && width >= PIXELS;
  }

  /**
   * Adds the contributions of {@code rows} output rows to the gradient of every kernel row: sums[to
   * + (u * TAPS + v) * L ...]. Their windows are {@code aStep} apart. One call for each row: with a
   * loop over rows inside, a kernel was 1.2 times as fast, but C2 took seconds to compile it.
   */
  void run(float[] sums, int to, int rows, int width, int aStep) {
    int bodies = width / PIXELS;
    int rest = width % PIXELS;
    for (int i = 0; i < rows; i++) {
      int from = aOffset + i * aStep;
      int dyAt = dyOffset + i * width * dyStride;
      add(BODIES, sums, to, from, dyAt, bodies, PIXELS);
      int done = bodies * PIXELS;
      add(SINGLE_PIXELS, sums, to, from + done, dyAt + done * dyStride, rest, 1);
    }
  }

  private void add(
      KernelTable kernels, float[] sums, int to, int first, int dyAt, int count, int pixels) {
    if (count == 0) {
      return;
    }
    strides.left(aRow, 1).right(dyStride, 0).outer(count, pixels, pixels * dyStride);
    int rows;
    for (int u = 0; u < kernelRows; u += rows) {
      rows = together(kernelRows - u);
      int from = first + u * aRow;
      kernels.get(rows, 1).compute(strides, a, from, dy, dyAt, dy, 0, sums, to + u * TAPS * L);
    }
  }

  /**
   * Kernel rows of the next block, {@code left} rows before the end: three or two, or a single one
   * if need be.
   */
  private static int together(int left) {
    return left == 4 ? 2 : Math.min(3, left);
  }
}

package io.fovea.kernel.vector.conv.depthwise;

import io.fovea.kernel.op.Clamp;
import io.fovea.kernel.vector.conv.FeatureMap;
import io.fovea.kernel.vector.conv.PaddedRows;
import io.fovea.kernel.vector.conv.StridePhase;
import io.fovea.kernel.vector.conv.WindowAxis;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.microkernel.BlockDescription;
import io.fovea.kernel.vector.microkernel.BlockDescription.First;
import io.fovea.kernel.vector.microkernel.KernelTable;
import io.fovea.kernel.vector.microkernel.MicroKernel;
import io.fovea.kernel.vector.microkernel.MicroKernels;
import io.fovea.kernel.vector.microkernel.Strides;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of pixels of a {@link DepthwisePass}, channels along the vectors, some pixels at a time.
 *
 * <pre>
 * y[j][c] = bias[c] + sum over u,v of x[window row of u][j * stride + offset(v)][c] * w[u,v][c]
 * </pre>
 *
 * <p>A loaded vector of x is used for all windows that contain it, so a kernel row of the window is
 * one body: 7 pixels of 3 taps take 9 loads of x and 3 of w for 21 multiply-adds. The last block of
 * a row may compute some pixels twice, to the same bits.
 *
 * @param pixels of a block
 * @param count of a row
 * @param xStart from the window's first pixel to its first tap
 * @param wStart of the first tap
 * @param xStep from a block's first window to that of the next pixel
 * @param yStep from a pixel to the next
 */
record DepthwiseBlock(
    BlockDescription description,
    MicroKernel kernel,
    Strides strides,
    int pixels,
    int count,
    int xStart,
    int wStart,
    int xStep,
    int yStep) {

  /**
   * The most pixels of a block: they divide the 56, 28, 14 and 7 columns of usual maps, so that
   * most layers share a kernel. Blocks of 14 are 4 % faster, and need twice as many kernels to be
   * compiled.
   */
  private static final int MOST = 7;

  /** The most taps of a body; a wider kernel row is a loop. */
  private static final int MOST_TAPS = 7;

  static DepthwiseBlock of(
      StridePhase phase, PaddedRows padded, FeatureMap target, int kernelWidth, Clamp clamp) {
    WindowAxis rows = phase.rows();
    WindowAxis columns = phase.columns();
    int channels = Lanes.roundUp(target.channels()); // of w
    boolean isEmpty = phase.taps() == 0;
    int taps = !isEmpty && columns.taps() <= MOST_TAPS ? columns.taps() : 1;
    int most = Math.min(MOST, Lanes.REGISTERS - taps - 1);
    int pixels = Math.ceilDiv(columns.count(), Math.max(1, Math.ceilDiv(columns.count(), most)));
    boolean whole = padded.channels() == target.channels();
    int yStep = whole ? columns.step() * target.channels() : padded.channels();
    int xTap = padded.distance(0, columns.distance());
    int wTap = columns.kernelDistance() * channels;
    Strides strides =
        new Strides()
            .left(0, padded.distance(0, 1))
            .right(wTap, 0)
            .output(yStep, 0)
            .channels(padded.channels())
            .outer(
                isEmpty ? 0 : rows.taps(),
                padded.distance(rows.distance(), 0),
                rows.kernelDistance() * kernelWidth * channels)
            .clamp(clamp.low(), clamp.high())
            .inner(taps == 1 ? columns.taps() : 1, xTap, wTap);
    int tapStep = taps == 1 ? 0 : columns.distance();
    int rowPixels = Math.max(1, pixels);
    BlockDescription description =
        block(rowPixels, taps, columns.stride(), tapStep, !clamp.isNone());
    return new DepthwiseBlock(
        description,
        MicroKernels.of(description),
        strides,
        pixels,
        columns.count(),
        padded.window(phase),
        isEmpty ? 0 : (rows.kernel(0) * kernelWidth + columns.kernel(0)) * channels,
        padded.distance(0, columns.stride()),
        yStep);
  }

  private static BlockDescription block(
      int pixels, int taps, int stride, int tapStep, boolean clamp) {
    return BlockDescription.of(pixels, 1)
        .taps(taps, stride, tapStep)
        .loops(taps == 1 ? 2 : 1)
        .first(First.BIAS)
        .clamp(clamp)
        .byChannel()
        .build();
  }

  /** The kernels of 3 taps, a pixel or two apart. */
  static List<KernelTable> tables() {
    List<KernelTable> tables = new ArrayList<>();
    for (int stride : new int[] {1, 2}) {
      for (boolean clamp : new boolean[] {false, true}) {
        tables.add(
            new KernelTable((rows, vectors, width) -> block(rows, 3, stride, 1, clamp))
                .bundle(1, MOST));
      }
    }
    return tables;
  }

  /** Computes a row to y[yAt...] from the windows that begin at x[xAt]. */
  void run(float[] x, int xAt, float[] w, float[] bias, float[] y, int yAt) {
    for (int j = 0; j < count; j += pixels) {
      int first = Math.min(j, count - pixels);
      int from = xAt + xStart + first * xStep;
      kernel.compute(strides, x, from, w, wStart, bias, 0, y, yAt + first * yStep);
    }
  }
}

package io.fovea.kernel.vector.conv.direct;

import static io.fovea.kernel.vector.gemm.MacroKernel.FEW_ROWS;

import io.fovea.kernel.vector.conv.PaddedRows;
import io.fovea.kernel.vector.conv.StridePhase;
import io.fovea.kernel.vector.conv.WindowAxis;
import io.fovea.kernel.vector.gemm.MacroKernel;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.microkernel.BlockDescription;
import io.fovea.kernel.vector.microkernel.BlockDescription.First;
import io.fovea.kernel.vector.microkernel.BlockDescription.Terms;
import io.fovea.kernel.vector.microkernel.BlockDescription.Width;
import io.fovea.kernel.vector.microkernel.Extent;
import io.fovea.kernel.vector.microkernel.KernelTable;
import io.fovea.kernel.vector.microkernel.Strides;
import java.util.List;

/**
 * Pixels of a direct convolution: blocks of windows by filters, kept in registers while the loop
 * runs over the kernel's taps.
 *
 * <pre>
 * c[p][v] = first[v] + sum over u, t, k of a[window of p + u * rows apart + t * taps apart + k] * b[v][(u, t, k)]
 * </pre>
 *
 * a, a padded map, is read one number at a time and broadcast; b, first values and c are read and
 * written a vector at a time. A block's windows are neighbours in an output row, so a convolution
 * needs no copy of its windows and no table of them. The last block of a row computes some windows
 * twice, to the same bits.
 *
 * <p>Each element is one chain of fused multiply-adds over the taps in order, in any block, so
 * results do not depend on the partition.
 */
public final class DirectConvBlocks {
  private static final int L = Lanes.COUNT;

  /** The most windows of a block. */
  private static final int MOST = 8;

  /** The most windows of a block of one vector where there are 16 registers. */
  private static final int MOST_OF_ONE = 7;

  private static final KernelTable ONE_LOOP =
      new KernelTable((rows, vectors, width) -> block(rows, vectors, width).build())
          .bundle(2, 8, 7, 5, 4)
          .bundle(1, MOST_OF_ONE)
          .bundle(List.of(Width.HALVES), 1, 8, 7);

  private static final KernelTable TWO_LOOPS =
      new KernelTable((rows, vectors, width) -> block(rows, vectors, width).loops(2).build());

  static final List<KernelTable> TABLES = List.of(ONE_LOOP, TWO_LOOPS);

  private static BlockDescription.Builder block(int rows, int vectors, Width width) {
    boolean isFew = width == Width.WHOLE && rows <= (vectors == 1 ? MOST_OF_ONE : FEW_ROWS);
    return BlockDescription.of(rows, vectors)
        .width(width)
        .loops(1)
        .terms(Terms.of(Extent.floats(1), Extent.vectors(1)))
        .first(isFew ? First.BIAS_EACH : First.BIAS);
  }

  /**
   * The positions of windows and their taps in the padded map.
   *
   * @param width windows of an output row, or of all rows where windows of successive rows are
   *     contiguous
   * @param windowStep floats from a window to the next
   * @param rowStep floats from an output row's first window to that of the next
   * @param kernelRows rows of taps, kernelRowStep apart
   * @param kernelRowStep floats from a kernel row to the next
   * @param runs of neighbouring taps in a kernel row, runStep apart
   * @param runStep floats from a run to the next
   * @param run contiguous floats of a run: taps times channels
   */
  public record Windows(
      int width,
      int windowStep,
      int rowStep,
      int kernelRows,
      int kernelRowStep,
      int runs,
      int runStep,
      int run) {
    /** The windows of a phase: neighbouring taps are one run, contiguous rows are one row. */
    static Windows of(StridePhase phase, PaddedRows map, int channels) {
      WindowAxis columns = phase.columns();
      int tapStep = map.distance(0, columns.distance());
      boolean isRun = columns.taps() == 1 || tapStep == channels;
      int windowStep = map.distance(0, columns.stride());
      int rowStep = map.distance(phase.rows().stride(), 0);
      return new Windows(
          rowStep == columns.count() * windowStep ? phase.pixels() : columns.count(),
          windowStep,
          rowStep,
          phase.rows().taps(),
          map.distance(phase.rows().distance(), 0),
          isRun ? 1 : columns.taps(),
          tapStep,
          isRun ? columns.taps() * channels : channels);
    }

    int taps() {
      return kernelRows * runs * run;
    }

    int offset(int window) {
      return window / width * rowStep + window % width * windowStep;
    }

    /** The offset of a tap in its window. */
    int tap(int tap) {
      return tap / (runs * run) * kernelRowStep + tap / run % runs * runStep + tap % run;
    }
  }

  private final Windows windows;
  private final KernelTable kernels;
  private final Strides strides;

  // Operands are fields, here and in the classes like this one: Java has no pointer into an array,
  // so
  // that each is an array, an offset and distances. As arguments they would be twelve, most of
  // which
  // stay the same from call to call; one object serves all calls of a worker.

  // a[aOffset + where window and tap lie]
  public float[] a = {};
  public int aOffset;

  // b[bOffset + v * bVector + tap * L ...]
  public float[] b = {};
  public int bOffset;
  public int bVector;

  // first[firstOffset + v * L ...]
  public float[] first = {};
  public int firstOffset;

  /** Whether blocks one vector wide are computed in halves, see {@link Lanes#SPLIT}. */
  public boolean splits = Lanes.SPLIT;

  /** The lanes of an odd last vector that are stored, or all L. */
  public int lanes = L;

  // c[cOffset + (p - first window) * cStride + v * L ...]
  public float[] c = {};
  public int cOffset;
  public int cStride;

  public DirectConvBlocks(Windows windows) {
    this.windows = windows;
    this.kernels = windows.runs == 1 ? ONE_LOOP : TWO_LOOPS;
    this.strides =
        new Strides()
            .left(0, windows.windowStep)
            .terms(windows.run, 1, L)
            .outer(windows.kernelRows, windows.kernelRowStep, windows.runs * windows.run * L)
            .inner(windows.runs, windows.runStep, windows.run * L);
  }

  /** Whether the last of {@code vectors} vectors has so few lanes that blocks write only those. */
  static boolean writesNoMore(int vectors, int lanes) {
    return Lanes.HAVE_PARTS && vectors % 2 == 1 && lanes <= L / 2;
  }

  /** Computes windows from (inclusive) to (exclusive), for {@code vectors} vectors of filters. */
  public void run(int from, int to, int vectors) {
    strides.right(0, bVector).output(cStride, L).lanes(lanes);
    for (int v = 0; v < vectors; v += 2) {
      int beside = Math.min(2, vectors - v);
      Width width = beside == 1 ? MacroKernel.width(lanes, splits) : Width.WHOLE;
      for (int p = from; p < to; ) {
        // A block ends with its row: only windows of one row are windowStep apart.
        int end = Math.min(to, (p / windows.width + 1) * windows.width);
        row(p, end - p, cOffset + (p - from) * cStride, v, beside, width);
        p = end;
      }
    }
  }

  /** Computes {@code count} neighbouring windows. */
  private void row(int window, int count, int to, int v, int vectors, Width width) {
    int height = height(count, vectors);
    int aRow = aOffset + windows.offset(window);
    for (int p = 0; p < count; p += height) {
      // The last block begins early enough to be full: some windows twice, to the same bits.
      int at = Math.min(p, count - height);
      kernels
          .get(height, vectors, width)
          .compute(
              strides,
              a,
              aRow + at * windows.windowStep,
              b,
              bOffset + v * bVector,
              first,
              firstOffset + v * L,
              c,
              to + at * cStride + v * L);
    }
  }

  /** Windows of a block: as few blocks as possible, of one height, which is the least for them. */
  static int height(int count, int vectors) {
    // 8 by 2 sums are half of 32 registers; 16 have room for 5 by 2, or 7 by 1.
    int few = vectors == 1 ? MOST_OF_ONE : FEW_ROWS;
    return Math.ceilDiv(count, Math.ceilDiv(count, Lanes.REGISTERS == 32 ? MOST : few));
  }
}

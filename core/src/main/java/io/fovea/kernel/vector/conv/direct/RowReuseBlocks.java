package io.fovea.kernel.vector.conv.direct;

import static io.fovea.kernel.vector.microkernel.Extent.ARGUMENT;

import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.microkernel.BlockDescription;
import io.fovea.kernel.vector.microkernel.BlockDescription.First;
import io.fovea.kernel.vector.microkernel.KernelTable;
import io.fovea.kernel.vector.microkernel.MicroKernel;
import io.fovea.kernel.vector.microkernel.Strides;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Pixels of a direct convolution whose windows are a pixel apart and whose kernel rows have 5 or 3
 * taps beside each other. The weights of a kernel row and channel stay in registers for all pixels
 * of a block, and a broadcast number of a is used for all windows that contain it:
 *
 * <pre>
 * c[j][v] = first[v] + sum over u, k, t of a[u * aRow + k + (j + t) * aPixel] * w[u][k][t][v]
 * </pre>
 *
 * for channels k of kernel rows u. 7 pixels by 2 vectors with 5 taps have 21 loads for 70
 * multiply-adds, where blocks of {@link DirectConvBlocks} have 44; 8 by 2 with 3 taps have 16 for
 * 48, instead of 30. Cores that compute 512 bits at a time are bound by loads (decision 29).
 *
 * <p>Each element is one chain of fused multiply-adds over kernel rows, channels and taps in order,
 * in any block; the last block of a row computes some pixels twice, to the same bits.
 */
final class RowReuseBlocks {
  private static final int L = Lanes.COUNT;

  /** The most vectors of filters of a block: with 16 registers there is room for one. */
  static final int MOST_VECTORS = Lanes.REGISTERS == 32 ? 2 : 1;

  /** Pixels of a block where kernel rows have 5 taps. */
  private static final int PIXELS_OF_5 = 7;

  /** Pixels of a block where kernel rows have 3 taps. */
  private static final int PIXELS_OF_3 = 8;

  /** The kernels, by taps of a kernel row; one channel needs no loop over channels. */
  private static final Map<Integer, KernelTable> OF_ONE_CHANNEL =
      Map.of(3, table(3, 1), 5, table(5, 1));

  private static final Map<Integer, KernelTable> OF_CHANNELS =
      Map.of(3, table(3, 2), 5, table(5, 2));

  static List<KernelTable> tables() {
    return Stream.of(OF_ONE_CHANNEL, OF_CHANNELS).flatMap(map -> map.values().stream()).toList();
  }

  private static KernelTable table(int taps, int loops) {
    return new KernelTable((rows, vectors, width) -> block(rows, vectors, taps, loops))
        .bundle(1, block(taps));
  }

  private static BlockDescription block(int rows, int vectors, int taps, int loops) {
    return BlockDescription.of(rows, vectors)
        .taps(taps, 1, 1)
        .loops(loops)
        .panel(vectors)
        .operands(ARGUMENT, ARGUMENT)
        .first(First.BIAS)
        .build();
  }

  private final Strides strides = new Strides();
  private final KernelTable kernels;
  private final int taps;
  private final int aPixel;
  private final int kernelRows;
  private final int aRow;
  private final int channels;

  float[] a = {};
  int aOffset;

  // w[wOffset + (((u * channels + k) * taps + t) * vectors + v) * L ...]
  float[] w = {};
  int wOffset;

  // first[firstOffset + v * L ...], the same for every pixel
  float[] first = {};
  int firstOffset;

  // c[cOffset + j * cPixel + v * L ...]
  float[] c = {};
  int cOffset;
  int cPixel;

  RowReuseBlocks(int kernelRows, int aRow, int channels, int taps, int aPixel) {
    this.kernelRows = kernelRows;
    this.aRow = aRow;
    this.channels = channels;
    this.taps = taps;
    this.aPixel = aPixel;
    Map<Integer, KernelTable> tables = channels == 1 ? OF_ONE_CHANNEL : OF_CHANNELS;
    this.kernels = Objects.requireNonNull(tables.get(taps), "a kernel row of 3 or 5 taps");
  }

  /**
   * Whether rows of {@code width} output pixels are computed so: there are blocks for it, and they
   * compute at most a tenth of their pixels twice. The same at every width, since terms have
   * another order in windows.
   */
  static boolean fits(int taps, int width) {
    if (taps != 5 && taps != 3) {
      return false;
    }
    int block = block(taps);
    int computed = (width + block - 1) / block * block;
    return width >= block && 10 * computed <= 11 * width;
  }

  /** Pixels of a block. */
  static int block(int taps) {
    return taps == 5 ? PIXELS_OF_5 : PIXELS_OF_3;
  }

  /**
   * Computes one output row of {@code width} pixels, at least a block, for at most {@link
   * #MOST_VECTORS} vectors of filters.
   */
  void run(int width, int vectors) {
    int line = taps * vectors * L;
    strides
        .left(0, aPixel)
        .right(vectors * L, 0)
        .output(cPixel, L)
        .outer(kernelRows, aRow, channels * line)
        .inner(channels, 1, line);
    int block = block(taps);
    MicroKernel kernel = kernels.get(block, vectors);
    for (int j = 0; j < width; j += block) {
      int at = Math.min(j, width - block);
      int from = aOffset + at * aPixel;
      kernel.compute(strides, a, from, w, wOffset, first, firstOffset, c, cOffset + at * cPixel);
    }
  }
}

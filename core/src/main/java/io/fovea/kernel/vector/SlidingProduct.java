package io.fovea.kernel.vector;

/**
 * The inner loop of a direct convolution whose windows are a pixel apart and whose kernel rows have
 * 5 or 3 taps beside each other. The weights of a kernel row and channel stay in registers while
 * the pixels of a block pass them, and a number of a, once broadcast, serves all the windows that
 * it lies in:
 *
 * <pre>
 * c[j][v] = init[v] + sum over i, t of a[lines[i] + (j + t) * aStep] * w[i][t][v]
 * </pre>
 *
 * where a line is a channel of a kernel row. 7 pixels by 2 vectors, 5 taps: 21 loads for 70
 * multiply-adds, where blocks of {@link WindowProduct} have 44. 8 by 2, 3 taps: 16 for 48, there
 * 30. Cores that compute 512 bits at a time are bound by loads.
 *
 * <p>Each element is one chain of fused multiply-adds over the lines and their taps in order,
 * whatever block it falls into; the last block of a row computes some pixels twice, to the same
 * bits. Blocks are written out for the reasons that stand in WindowProduct. The table of lines
 * costs a check of bounds for each load, which here are few; as two loops, over kernel rows and
 * channels, it is slower, since the second ends before it has paid for its preparation.
 */
final class SlidingProduct {
  private static final boolean WIDE = Lanes.COUNT >= 16;

  /** Pixels of a block where kernel rows have 5 taps. */
  private static final int PIXELS_OF_5 = 7;

  /** Pixels of a block where kernel rows have 3 taps. */
  private static final int PIXELS_OF_3 = 8;

  // a[aAt + lines[i] + (j + t) * aStep]
  float[] a = {};
  int aAt;
  int aStep;
  int[] lines = {};
  int taps;

  // w[wAt + ((i * taps + t) * vectors + v) * L ...]
  float[] w = {};
  int wAt;

  // init[initAt + v * L ...], the same for every pixel
  float[] init = {};
  int initAt;

  // c[cAt + j * cStep + v * L ...]
  float[] c = {};
  int cAt;
  int cStep;

  /**
   * Whether rows of so many output pixels are computed so: there are blocks for it, and a tenth at
   * most of what they compute is computed twice.
   */
  static boolean fits(int taps, int width) {
    if (!WIDE || (taps != 5 && taps != 3)) {
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

  /** One output row of so many pixels, at least a block, and one or two vectors of filters. */
  void run(int width, int vectors) {
    int block = block(taps);
    for (int j = 0; j < width; j += block) {
      int at = Math.min(j, width - block);
      if (taps == 5) {
        if (vectors == 2) {
          SlidingPairs.block7x2Of5(this, at);
        } else {
          SlidingSingles.block7x1Of5(this, at);
        }
      } else if (vectors == 2) {
        SlidingPairs.block8x2Of3(this, at);
      } else {
        SlidingSingles.block8x1Of3(this, at);
      }
    }
  }
}

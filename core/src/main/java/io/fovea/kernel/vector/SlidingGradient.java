package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * The inner loops of a first convolution's weight gradient, where {@link TapProduct} is bound by
 * broadcasts: one channel, kernel rows of 5 taps, one vector of filters. Neighbouring pixels'
 * windows overlap, so a number of a, once broadcast, serves all the taps of its row that meet it:
 * 11 broadcasts for 35 multiply-adds instead of 35.
 *
 * <pre>
 * dw[u][v] += sum over j of a[u][j + v] * dy[j]
 * </pre>
 *
 * Each element is the same chain of fused multiply-adds as TapProduct's, so the bits are the same.
 * Blocks are written out for the reasons that stand in {@link WindowProduct}.
 */
final class SlidingGradient {
  /** Taps of a kernel row. */
  static final int TAPS = 5;

  /** Pixels of a block. */
  private static final int PIXELS = 7;

  private static final int L = Lanes.COUNT;

  // a[aAt + u * aRow + j + v]
  float[] a = {};
  int aAt;
  int aRow;
  int kernelRows;

  // dy[dyAt + j * dyStep ...]
  float[] dy = {};
  int dyAt;
  int dyStep;

  /** Whether the weights of a convolution with windows a pixel apart get their gradient so. */
  static boolean fits(int channels, int taps, int vectors, int width) {
    return L >= 16 && channels == 1 && taps == TAPS && vectors == 1 && width >= PIXELS;
  }

  /**
   * Adds one output row's share to the gradient of every kernel row: sums[to + (u * TAPS + v) * L
   * ...].
   */
  void run(float[] sums, int to, int width) {
    for (int u = 0; u < kernelRows; u++) {
      kernelRow(sums, to + u * TAPS * L, aAt + u * aRow, width);
    }
  }

  private void kernelRow(float[] sums, int to, int from, int width) {
    float[] left = a;
    float[] right = dy;
    int dStep = dyStep;
    int start = dyAt;
    FloatVector s0 = FloatVector.fromArray(SPECIES, sums, to);
    FloatVector s1 = FloatVector.fromArray(SPECIES, sums, to + L);
    FloatVector s2 = FloatVector.fromArray(SPECIES, sums, to + 2 * L);
    FloatVector s3 = FloatVector.fromArray(SPECIES, sums, to + 3 * L);
    FloatVector s4 = FloatVector.fromArray(SPECIES, sums, to + 4 * L);
    int j = 0;
    for (; j + PIXELS <= width; j += PIXELS) {
      int pixel = start + j * dStep;
      int at = from + j;
      FloatVector d0 = FloatVector.fromArray(SPECIES, right, pixel);
      FloatVector d1 = FloatVector.fromArray(SPECIES, right, pixel + dStep);
      FloatVector d2 = FloatVector.fromArray(SPECIES, right, pixel + 2 * dStep);
      FloatVector d3 = FloatVector.fromArray(SPECIES, right, pixel + 3 * dStep);
      FloatVector d4 = FloatVector.fromArray(SPECIES, right, pixel + 4 * dStep);
      FloatVector d5 = FloatVector.fromArray(SPECIES, right, pixel + 5 * dStep);
      FloatVector d6 = FloatVector.fromArray(SPECIES, right, pixel + 6 * dStep);
      FloatVector x0 = FloatVector.broadcast(SPECIES, left[at]);
      s0 = x0.fma(d0, s0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, left[at + 1]);
      s1 = x1.fma(d0, s1);
      s0 = x1.fma(d1, s0);
      FloatVector x2 = FloatVector.broadcast(SPECIES, left[at + 2]);
      s2 = x2.fma(d0, s2);
      s1 = x2.fma(d1, s1);
      s0 = x2.fma(d2, s0);
      FloatVector x3 = FloatVector.broadcast(SPECIES, left[at + 3]);
      s3 = x3.fma(d0, s3);
      s2 = x3.fma(d1, s2);
      s1 = x3.fma(d2, s1);
      s0 = x3.fma(d3, s0);
      FloatVector x4 = FloatVector.broadcast(SPECIES, left[at + 4]);
      s4 = x4.fma(d0, s4);
      s3 = x4.fma(d1, s3);
      s2 = x4.fma(d2, s2);
      s1 = x4.fma(d3, s1);
      s0 = x4.fma(d4, s0);
      FloatVector x5 = FloatVector.broadcast(SPECIES, left[at + 5]);
      s4 = x5.fma(d1, s4);
      s3 = x5.fma(d2, s3);
      s2 = x5.fma(d3, s2);
      s1 = x5.fma(d4, s1);
      s0 = x5.fma(d5, s0);
      FloatVector x6 = FloatVector.broadcast(SPECIES, left[at + 6]);
      s4 = x6.fma(d2, s4);
      s3 = x6.fma(d3, s3);
      s2 = x6.fma(d4, s2);
      s1 = x6.fma(d5, s1);
      s0 = x6.fma(d6, s0);
      FloatVector x7 = FloatVector.broadcast(SPECIES, left[at + 7]);
      s4 = x7.fma(d3, s4);
      s3 = x7.fma(d4, s3);
      s2 = x7.fma(d5, s2);
      s1 = x7.fma(d6, s1);
      FloatVector x8 = FloatVector.broadcast(SPECIES, left[at + 8]);
      s4 = x8.fma(d4, s4);
      s3 = x8.fma(d5, s3);
      s2 = x8.fma(d6, s2);
      FloatVector x9 = FloatVector.broadcast(SPECIES, left[at + 9]);
      s4 = x9.fma(d5, s4);
      s3 = x9.fma(d6, s3);
      FloatVector x10 = FloatVector.broadcast(SPECIES, left[at + 10]);
      s4 = x10.fma(d6, s4);
    }
    s0.intoArray(sums, to);
    s1.intoArray(sums, to + L);
    s2.intoArray(sums, to + 2 * L);
    s3.intoArray(sums, to + 3 * L);
    s4.intoArray(sums, to + 4 * L);
    if (j < width) {
      lastPixels(sums, to, from, j, width);
    }
  }

  private void lastPixels(float[] sums, int to, int from, int begin, int width) {
    float[] left = a;
    float[] right = dy;
    int dStep = dyStep;
    int start = dyAt;
    FloatVector s0 = FloatVector.fromArray(SPECIES, sums, to);
    FloatVector s1 = FloatVector.fromArray(SPECIES, sums, to + L);
    FloatVector s2 = FloatVector.fromArray(SPECIES, sums, to + 2 * L);
    FloatVector s3 = FloatVector.fromArray(SPECIES, sums, to + 3 * L);
    FloatVector s4 = FloatVector.fromArray(SPECIES, sums, to + 4 * L);
    for (int j = begin; j < width; j++) {
      int at = from + j;
      FloatVector d0 = FloatVector.fromArray(SPECIES, right, start + j * dStep);
      FloatVector x0 = FloatVector.broadcast(SPECIES, left[at]);
      s0 = x0.fma(d0, s0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, left[at + 1]);
      s1 = x1.fma(d0, s1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, left[at + 2]);
      s2 = x2.fma(d0, s2);
      FloatVector x3 = FloatVector.broadcast(SPECIES, left[at + 3]);
      s3 = x3.fma(d0, s3);
      FloatVector x4 = FloatVector.broadcast(SPECIES, left[at + 4]);
      s4 = x4.fma(d0, s4);
    }
    s0.intoArray(sums, to);
    s1.intoArray(sums, to + L);
    s2.intoArray(sums, to + 2 * L);
    s3.intoArray(sums, to + 3 * L);
    s4.intoArray(sums, to + 4 * L);
  }
}

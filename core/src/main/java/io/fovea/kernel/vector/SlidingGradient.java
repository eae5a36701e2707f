package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * The inner loops of a first convolution's weight gradient, where {@link TapProduct} is bound by
 * broadcasts: one channel, kernel rows of 5 taps, one vector of filters. Neighbouring pixels'
 * windows overlap, so a number of a, once broadcast, serves all the taps of its row that meet it: 8
 * broadcasts for 20 multiply-adds instead of 20. Three kernel rows at once, and the last two: the
 * five sums of one alone are five chains, too few for two multiply-adds a cycle of four cycles each
 * (an Intel core, with all in the first cache: 63 % of the peak row by row, 77 % so).
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
  private static final int PIXELS = 4;

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
    int whole = width / PIXELS * PIXELS;
    int u = 0;
    while (u < kernelRows) {
      int at = to + u * TAPS * L;
      int from = aAt + u * aRow;
      int rows = together(kernelRows - u);
      switch (rows) {
        case 3 -> threeRows(sums, at, from, whole);
        case 2 -> twoRows(sums, at, from, whole);
        default -> oneRow(sums, at, from, whole);
      }
      u += rows;
    }
    for (u = 0; u < kernelRows && whole < width; u++) {
      lastPixels(sums, to + u * TAPS * L, aAt + u * aRow, whole, width);
    }
  }

  /** Kernel rows of the next block, of so many left: threes and twos, and one alone if need be. */
  private static int together(int left) {
    return left == 4 ? 2 : Math.min(3, left);
  }

  private void threeRows(float[] sums, int to, int from, int pixels) {
    float[] left = a;
    float[] right = dy;
    int dStep = dyStep;
    int start = dyAt;
    int next = aRow;
    FloatVector s00 = FloatVector.fromArray(SPECIES, sums, to);
    FloatVector s01 = FloatVector.fromArray(SPECIES, sums, to + L);
    FloatVector s02 = FloatVector.fromArray(SPECIES, sums, to + 2 * L);
    FloatVector s03 = FloatVector.fromArray(SPECIES, sums, to + 3 * L);
    FloatVector s04 = FloatVector.fromArray(SPECIES, sums, to + 4 * L);
    FloatVector s10 = FloatVector.fromArray(SPECIES, sums, to + 5 * L);
    FloatVector s11 = FloatVector.fromArray(SPECIES, sums, to + 6 * L);
    FloatVector s12 = FloatVector.fromArray(SPECIES, sums, to + 7 * L);
    FloatVector s13 = FloatVector.fromArray(SPECIES, sums, to + 8 * L);
    FloatVector s14 = FloatVector.fromArray(SPECIES, sums, to + 9 * L);
    FloatVector s20 = FloatVector.fromArray(SPECIES, sums, to + 10 * L);
    FloatVector s21 = FloatVector.fromArray(SPECIES, sums, to + 11 * L);
    FloatVector s22 = FloatVector.fromArray(SPECIES, sums, to + 12 * L);
    FloatVector s23 = FloatVector.fromArray(SPECIES, sums, to + 13 * L);
    FloatVector s24 = FloatVector.fromArray(SPECIES, sums, to + 14 * L);
    for (int j = 0; j < pixels; j += PIXELS) {
      int pixel = start + j * dStep;
      int at = from + j;
      FloatVector d0 = FloatVector.fromArray(SPECIES, right, pixel);
      FloatVector d1 = FloatVector.fromArray(SPECIES, right, pixel + dStep);
      FloatVector d2 = FloatVector.fromArray(SPECIES, right, pixel + 2 * dStep);
      FloatVector d3 = FloatVector.fromArray(SPECIES, right, pixel + 3 * dStep);
      FloatVector x0 = FloatVector.broadcast(SPECIES, left[at]);
      s00 = x0.fma(d0, s00);
      FloatVector x1 = FloatVector.broadcast(SPECIES, left[at + next]);
      s10 = x1.fma(d0, s10);
      FloatVector x2 = FloatVector.broadcast(SPECIES, left[at + 2 * next]);
      s20 = x2.fma(d0, s20);
      FloatVector x3 = FloatVector.broadcast(SPECIES, left[at + 1]);
      s01 = x3.fma(d0, s01);
      s00 = x3.fma(d1, s00);
      FloatVector x4 = FloatVector.broadcast(SPECIES, left[at + next + 1]);
      s11 = x4.fma(d0, s11);
      s10 = x4.fma(d1, s10);
      FloatVector x5 = FloatVector.broadcast(SPECIES, left[at + 2 * next + 1]);
      s21 = x5.fma(d0, s21);
      s20 = x5.fma(d1, s20);
      FloatVector x6 = FloatVector.broadcast(SPECIES, left[at + 2]);
      s02 = x6.fma(d0, s02);
      s01 = x6.fma(d1, s01);
      s00 = x6.fma(d2, s00);
      FloatVector x7 = FloatVector.broadcast(SPECIES, left[at + next + 2]);
      s12 = x7.fma(d0, s12);
      s11 = x7.fma(d1, s11);
      s10 = x7.fma(d2, s10);
      FloatVector x8 = FloatVector.broadcast(SPECIES, left[at + 2 * next + 2]);
      s22 = x8.fma(d0, s22);
      s21 = x8.fma(d1, s21);
      s20 = x8.fma(d2, s20);
      FloatVector x9 = FloatVector.broadcast(SPECIES, left[at + 3]);
      s03 = x9.fma(d0, s03);
      s02 = x9.fma(d1, s02);
      s01 = x9.fma(d2, s01);
      s00 = x9.fma(d3, s00);
      FloatVector x10 = FloatVector.broadcast(SPECIES, left[at + next + 3]);
      s13 = x10.fma(d0, s13);
      s12 = x10.fma(d1, s12);
      s11 = x10.fma(d2, s11);
      s10 = x10.fma(d3, s10);
      FloatVector x11 = FloatVector.broadcast(SPECIES, left[at + 2 * next + 3]);
      s23 = x11.fma(d0, s23);
      s22 = x11.fma(d1, s22);
      s21 = x11.fma(d2, s21);
      s20 = x11.fma(d3, s20);
      FloatVector x12 = FloatVector.broadcast(SPECIES, left[at + 4]);
      s04 = x12.fma(d0, s04);
      s03 = x12.fma(d1, s03);
      s02 = x12.fma(d2, s02);
      s01 = x12.fma(d3, s01);
      FloatVector x13 = FloatVector.broadcast(SPECIES, left[at + next + 4]);
      s14 = x13.fma(d0, s14);
      s13 = x13.fma(d1, s13);
      s12 = x13.fma(d2, s12);
      s11 = x13.fma(d3, s11);
      FloatVector x14 = FloatVector.broadcast(SPECIES, left[at + 2 * next + 4]);
      s24 = x14.fma(d0, s24);
      s23 = x14.fma(d1, s23);
      s22 = x14.fma(d2, s22);
      s21 = x14.fma(d3, s21);
      FloatVector x15 = FloatVector.broadcast(SPECIES, left[at + 5]);
      s04 = x15.fma(d1, s04);
      s03 = x15.fma(d2, s03);
      s02 = x15.fma(d3, s02);
      FloatVector x16 = FloatVector.broadcast(SPECIES, left[at + next + 5]);
      s14 = x16.fma(d1, s14);
      s13 = x16.fma(d2, s13);
      s12 = x16.fma(d3, s12);
      FloatVector x17 = FloatVector.broadcast(SPECIES, left[at + 2 * next + 5]);
      s24 = x17.fma(d1, s24);
      s23 = x17.fma(d2, s23);
      s22 = x17.fma(d3, s22);
      FloatVector x18 = FloatVector.broadcast(SPECIES, left[at + 6]);
      s04 = x18.fma(d2, s04);
      s03 = x18.fma(d3, s03);
      FloatVector x19 = FloatVector.broadcast(SPECIES, left[at + next + 6]);
      s14 = x19.fma(d2, s14);
      s13 = x19.fma(d3, s13);
      FloatVector x20 = FloatVector.broadcast(SPECIES, left[at + 2 * next + 6]);
      s24 = x20.fma(d2, s24);
      s23 = x20.fma(d3, s23);
      FloatVector x21 = FloatVector.broadcast(SPECIES, left[at + 7]);
      s04 = x21.fma(d3, s04);
      FloatVector x22 = FloatVector.broadcast(SPECIES, left[at + next + 7]);
      s14 = x22.fma(d3, s14);
      FloatVector x23 = FloatVector.broadcast(SPECIES, left[at + 2 * next + 7]);
      s24 = x23.fma(d3, s24);
    }
    s00.intoArray(sums, to);
    s01.intoArray(sums, to + L);
    s02.intoArray(sums, to + 2 * L);
    s03.intoArray(sums, to + 3 * L);
    s04.intoArray(sums, to + 4 * L);
    s10.intoArray(sums, to + 5 * L);
    s11.intoArray(sums, to + 6 * L);
    s12.intoArray(sums, to + 7 * L);
    s13.intoArray(sums, to + 8 * L);
    s14.intoArray(sums, to + 9 * L);
    s20.intoArray(sums, to + 10 * L);
    s21.intoArray(sums, to + 11 * L);
    s22.intoArray(sums, to + 12 * L);
    s23.intoArray(sums, to + 13 * L);
    s24.intoArray(sums, to + 14 * L);
  }

  private void twoRows(float[] sums, int to, int from, int pixels) {
    float[] left = a;
    float[] right = dy;
    int dStep = dyStep;
    int start = dyAt;
    int next = aRow;
    FloatVector s00 = FloatVector.fromArray(SPECIES, sums, to);
    FloatVector s01 = FloatVector.fromArray(SPECIES, sums, to + L);
    FloatVector s02 = FloatVector.fromArray(SPECIES, sums, to + 2 * L);
    FloatVector s03 = FloatVector.fromArray(SPECIES, sums, to + 3 * L);
    FloatVector s04 = FloatVector.fromArray(SPECIES, sums, to + 4 * L);
    FloatVector s10 = FloatVector.fromArray(SPECIES, sums, to + 5 * L);
    FloatVector s11 = FloatVector.fromArray(SPECIES, sums, to + 6 * L);
    FloatVector s12 = FloatVector.fromArray(SPECIES, sums, to + 7 * L);
    FloatVector s13 = FloatVector.fromArray(SPECIES, sums, to + 8 * L);
    FloatVector s14 = FloatVector.fromArray(SPECIES, sums, to + 9 * L);
    for (int j = 0; j < pixels; j += PIXELS) {
      int pixel = start + j * dStep;
      int at = from + j;
      FloatVector d0 = FloatVector.fromArray(SPECIES, right, pixel);
      FloatVector d1 = FloatVector.fromArray(SPECIES, right, pixel + dStep);
      FloatVector d2 = FloatVector.fromArray(SPECIES, right, pixel + 2 * dStep);
      FloatVector d3 = FloatVector.fromArray(SPECIES, right, pixel + 3 * dStep);
      FloatVector x0 = FloatVector.broadcast(SPECIES, left[at]);
      s00 = x0.fma(d0, s00);
      FloatVector x1 = FloatVector.broadcast(SPECIES, left[at + next]);
      s10 = x1.fma(d0, s10);
      FloatVector x2 = FloatVector.broadcast(SPECIES, left[at + 1]);
      s01 = x2.fma(d0, s01);
      s00 = x2.fma(d1, s00);
      FloatVector x3 = FloatVector.broadcast(SPECIES, left[at + next + 1]);
      s11 = x3.fma(d0, s11);
      s10 = x3.fma(d1, s10);
      FloatVector x4 = FloatVector.broadcast(SPECIES, left[at + 2]);
      s02 = x4.fma(d0, s02);
      s01 = x4.fma(d1, s01);
      s00 = x4.fma(d2, s00);
      FloatVector x5 = FloatVector.broadcast(SPECIES, left[at + next + 2]);
      s12 = x5.fma(d0, s12);
      s11 = x5.fma(d1, s11);
      s10 = x5.fma(d2, s10);
      FloatVector x6 = FloatVector.broadcast(SPECIES, left[at + 3]);
      s03 = x6.fma(d0, s03);
      s02 = x6.fma(d1, s02);
      s01 = x6.fma(d2, s01);
      s00 = x6.fma(d3, s00);
      FloatVector x7 = FloatVector.broadcast(SPECIES, left[at + next + 3]);
      s13 = x7.fma(d0, s13);
      s12 = x7.fma(d1, s12);
      s11 = x7.fma(d2, s11);
      s10 = x7.fma(d3, s10);
      FloatVector x8 = FloatVector.broadcast(SPECIES, left[at + 4]);
      s04 = x8.fma(d0, s04);
      s03 = x8.fma(d1, s03);
      s02 = x8.fma(d2, s02);
      s01 = x8.fma(d3, s01);
      FloatVector x9 = FloatVector.broadcast(SPECIES, left[at + next + 4]);
      s14 = x9.fma(d0, s14);
      s13 = x9.fma(d1, s13);
      s12 = x9.fma(d2, s12);
      s11 = x9.fma(d3, s11);
      FloatVector x10 = FloatVector.broadcast(SPECIES, left[at + 5]);
      s04 = x10.fma(d1, s04);
      s03 = x10.fma(d2, s03);
      s02 = x10.fma(d3, s02);
      FloatVector x11 = FloatVector.broadcast(SPECIES, left[at + next + 5]);
      s14 = x11.fma(d1, s14);
      s13 = x11.fma(d2, s13);
      s12 = x11.fma(d3, s12);
      FloatVector x12 = FloatVector.broadcast(SPECIES, left[at + 6]);
      s04 = x12.fma(d2, s04);
      s03 = x12.fma(d3, s03);
      FloatVector x13 = FloatVector.broadcast(SPECIES, left[at + next + 6]);
      s14 = x13.fma(d2, s14);
      s13 = x13.fma(d3, s13);
      FloatVector x14 = FloatVector.broadcast(SPECIES, left[at + 7]);
      s04 = x14.fma(d3, s04);
      FloatVector x15 = FloatVector.broadcast(SPECIES, left[at + next + 7]);
      s14 = x15.fma(d3, s14);
    }
    s00.intoArray(sums, to);
    s01.intoArray(sums, to + L);
    s02.intoArray(sums, to + 2 * L);
    s03.intoArray(sums, to + 3 * L);
    s04.intoArray(sums, to + 4 * L);
    s10.intoArray(sums, to + 5 * L);
    s11.intoArray(sums, to + 6 * L);
    s12.intoArray(sums, to + 7 * L);
    s13.intoArray(sums, to + 8 * L);
    s14.intoArray(sums, to + 9 * L);
  }

  private void oneRow(float[] sums, int to, int from, int pixels) {
    float[] left = a;
    float[] right = dy;
    int dStep = dyStep;
    int start = dyAt;
    FloatVector s0 = FloatVector.fromArray(SPECIES, sums, to);
    FloatVector s1 = FloatVector.fromArray(SPECIES, sums, to + L);
    FloatVector s2 = FloatVector.fromArray(SPECIES, sums, to + 2 * L);
    FloatVector s3 = FloatVector.fromArray(SPECIES, sums, to + 3 * L);
    FloatVector s4 = FloatVector.fromArray(SPECIES, sums, to + 4 * L);
    for (int j = 0; j < pixels; j += PIXELS) {
      int pixel = start + j * dStep;
      int at = from + j;
      FloatVector d0 = FloatVector.fromArray(SPECIES, right, pixel);
      FloatVector d1 = FloatVector.fromArray(SPECIES, right, pixel + dStep);
      FloatVector d2 = FloatVector.fromArray(SPECIES, right, pixel + 2 * dStep);
      FloatVector d3 = FloatVector.fromArray(SPECIES, right, pixel + 3 * dStep);
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
      FloatVector x5 = FloatVector.broadcast(SPECIES, left[at + 5]);
      s4 = x5.fma(d1, s4);
      s3 = x5.fma(d2, s3);
      s2 = x5.fma(d3, s2);
      FloatVector x6 = FloatVector.broadcast(SPECIES, left[at + 6]);
      s4 = x6.fma(d2, s4);
      s3 = x6.fma(d3, s3);
      FloatVector x7 = FloatVector.broadcast(SPECIES, left[at + 7]);
      s4 = x7.fma(d3, s4);
    }
    s0.intoArray(sums, to);
    s1.intoArray(sums, to + L);
    s2.intoArray(sums, to + 2 * L);
    s3.intoArray(sums, to + 3 * L);
    s4.intoArray(sums, to + 4 * L);
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

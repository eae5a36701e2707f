package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * The inner loops of a first convolution, where {@link WindowProduct} is bound by broadcasts: one
 * channel, kernel rows of 5 taps, one vector of filters. Neighbouring pixels' windows overlap, so a
 * number of a, once broadcast, serves all the taps of its row that meet it: 11 broadcasts for 35
 * multiply-adds instead of 35.
 *
 * <pre>
 * forward    c[j] = init + sum over u, v of a[u][j + v] * w[u][v]      7 pixels at a time
 * gradient   dw[u][v] += sum over j of a[u][j + v] * dy[j]
 * </pre>
 *
 * Each element is the same chain of fused multiply-adds as Product's, so the bits are the same.
 * Blocks are written out for the reasons that stand there.
 */
final class SlidingProduct {
  /** Taps of a kernel row. */
  static final int TAPS = 5;

  /** Pixels of a block. */
  static final int PIXELS = 7;

  private static final int L = Lanes.COUNT;

  // a[aAt + u * aRow + j + v]
  float[] a = {};
  int aAt;
  int aRow;
  int kernelRows;

  // w[wAt + (u * TAPS + v) * L ...]
  float[] w = {};
  int wAt;

  // init[initAt ...], the same for every pixel
  float[] init = {};
  int initAt;

  // c[cAt + j * cStep ...]
  float[] c = {};
  int cAt;
  int cStep;

  /** Whether a convolution over rows of so many output pixels is computed so. */
  static boolean fits(int channels, int taps, int vectors, int width) {
    return L >= 16 && channels == 1 && taps == TAPS && vectors == 1 && width >= PIXELS;
  }

  /** One output row of so many pixels; the last block may compute some twice, to the same bits. */
  void forward(int width) {
    for (int j = 0; j < width; j += PIXELS) {
      block(Math.min(j, width - PIXELS));
    }
  }

  private void block(int j) {
    float[] left = a;
    float[] right = w;
    int first = aAt + j;
    int end = cAt + j * cStep;
    FloatVector c0 = FloatVector.fromArray(SPECIES, init, initAt);
    FloatVector c1 = FloatVector.fromArray(SPECIES, init, initAt);
    FloatVector c2 = FloatVector.fromArray(SPECIES, init, initAt);
    FloatVector c3 = FloatVector.fromArray(SPECIES, init, initAt);
    FloatVector c4 = FloatVector.fromArray(SPECIES, init, initAt);
    FloatVector c5 = FloatVector.fromArray(SPECIES, init, initAt);
    FloatVector c6 = FloatVector.fromArray(SPECIES, init, initAt);
    for (int u = 0; u < kernelRows; u++) {
      int row = wAt + u * TAPS * L;
      int at = first + u * aRow;
      FloatVector w0 = FloatVector.fromArray(SPECIES, right, row);
      FloatVector w1 = FloatVector.fromArray(SPECIES, right, row + L);
      FloatVector w2 = FloatVector.fromArray(SPECIES, right, row + 2 * L);
      FloatVector w3 = FloatVector.fromArray(SPECIES, right, row + 3 * L);
      FloatVector w4 = FloatVector.fromArray(SPECIES, right, row + 4 * L);
      FloatVector x0 = FloatVector.broadcast(SPECIES, left[at]);
      c0 = x0.fma(w0, c0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, left[at + 1]);
      c0 = x1.fma(w1, c0);
      c1 = x1.fma(w0, c1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, left[at + 2]);
      c0 = x2.fma(w2, c0);
      c1 = x2.fma(w1, c1);
      c2 = x2.fma(w0, c2);
      FloatVector x3 = FloatVector.broadcast(SPECIES, left[at + 3]);
      c0 = x3.fma(w3, c0);
      c1 = x3.fma(w2, c1);
      c2 = x3.fma(w1, c2);
      c3 = x3.fma(w0, c3);
      FloatVector x4 = FloatVector.broadcast(SPECIES, left[at + 4]);
      c0 = x4.fma(w4, c0);
      c1 = x4.fma(w3, c1);
      c2 = x4.fma(w2, c2);
      c3 = x4.fma(w1, c3);
      c4 = x4.fma(w0, c4);
      FloatVector x5 = FloatVector.broadcast(SPECIES, left[at + 5]);
      c1 = x5.fma(w4, c1);
      c2 = x5.fma(w3, c2);
      c3 = x5.fma(w2, c3);
      c4 = x5.fma(w1, c4);
      c5 = x5.fma(w0, c5);
      FloatVector x6 = FloatVector.broadcast(SPECIES, left[at + 6]);
      c2 = x6.fma(w4, c2);
      c3 = x6.fma(w3, c3);
      c4 = x6.fma(w2, c4);
      c5 = x6.fma(w1, c5);
      c6 = x6.fma(w0, c6);
      FloatVector x7 = FloatVector.broadcast(SPECIES, left[at + 7]);
      c3 = x7.fma(w4, c3);
      c4 = x7.fma(w3, c4);
      c5 = x7.fma(w2, c5);
      c6 = x7.fma(w1, c6);
      FloatVector x8 = FloatVector.broadcast(SPECIES, left[at + 8]);
      c4 = x8.fma(w4, c4);
      c5 = x8.fma(w3, c5);
      c6 = x8.fma(w2, c6);
      FloatVector x9 = FloatVector.broadcast(SPECIES, left[at + 9]);
      c5 = x9.fma(w4, c5);
      c6 = x9.fma(w3, c6);
      FloatVector x10 = FloatVector.broadcast(SPECIES, left[at + 10]);
      c6 = x10.fma(w4, c6);
    }
    c0.intoArray(c, end);
    c1.intoArray(c, end + cStep);
    c2.intoArray(c, end + 2 * cStep);
    c3.intoArray(c, end + 3 * cStep);
    c4.intoArray(c, end + 4 * cStep);
    c5.intoArray(c, end + 5 * cStep);
    c6.intoArray(c, end + 6 * cStep);
  }

  /**
   * Adds one output row's share to the gradient of every kernel row: sums[to + (u * TAPS + v) * L
   * ...]. The gradient of the pixels stands where c does.
   */
  void gradient(float[] sums, int to, int width) {
    for (int u = 0; u < kernelRows; u++) {
      kernelRow(sums, to + u * TAPS * L, aAt + u * aRow, width);
    }
  }

  private void kernelRow(float[] sums, int to, int from, int width) {
    float[] left = a;
    float[] right = c;
    int dStep = cStep;
    int start = cAt;
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
    float[] right = c;
    int dStep = cStep;
    int start = cAt;
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

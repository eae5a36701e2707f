package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * The weight gradient of a depthwise convolution over some pixels: each channel for itself,
 * channels along the vectors.
 *
 * <pre>
 * sums[t][c] += sum over pixels p of source[taps[t] + pixels[p] + c] * dy[p][c]
 * </pre>
 *
 * <p>Blocks of 9, 8 or 4 taps share the load of dy. Every element is one chain over the pixels in
 * order.
 */
final class PixelSums {
  // source[taps[t] + pixels[p] + c]
  float[] source = {};
  int[] taps = {};
  int[] pixels = {};

  // dy[dyAt + p * width + c]
  float[] dy = {};
  int dyAt;

  // sums[sumsAt + t * width + c]
  float[] sums = {};
  int sumsAt;
  int width;

  /**
   * Adds pixels from (inclusive) to (exclusive) to the sums of all taps and of {@code width}
   * channels, a multiple of L.
   */
  void run(int from, int to) {
    int block;
    for (int t = 0; t < taps.length; t += block) {
      block = block(taps.length - t);
      for (int c = 0; c < width; c += Lanes.COUNT) {
        switch (block) {
          case 9 -> block9(t, c, from, to);
          case 8 -> block8(t, c, from, to);
          case 4 -> block4(t, c, from, to);
          default -> block1(t, c, from, to);
        }
      }
    }
  }

  /** 3x3, 5x5 and 7x7 leave 1 when divided by 8, and a single sum waits for each addition. */
  private static int block(int taps) {
    if (taps >= 9 && taps % 8 == 1) {
      return 9;
    }
    return taps >= 8 ? 8 : taps >= 4 ? 4 : 1;
  }

  private void block9(int tap, int c, int from, int to) {
    float[] left = source;
    float[] right = dy;
    int[] steps = pixels;
    int start = dyAt + c;
    int end = sumsAt + tap * width + c;
    int x0 = c + taps[tap];
    int x1 = c + taps[tap + 1];
    int x2 = c + taps[tap + 2];
    int x3 = c + taps[tap + 3];
    int x4 = c + taps[tap + 4];
    int x5 = c + taps[tap + 5];
    int x6 = c + taps[tap + 6];
    int x7 = c + taps[tap + 7];
    int x8 = c + taps[tap + 8];
    FloatVector w0 = FloatVector.fromArray(SPECIES, sums, end);
    FloatVector w1 = FloatVector.fromArray(SPECIES, sums, end + width);
    FloatVector w2 = FloatVector.fromArray(SPECIES, sums, end + 2 * width);
    FloatVector w3 = FloatVector.fromArray(SPECIES, sums, end + 3 * width);
    FloatVector w4 = FloatVector.fromArray(SPECIES, sums, end + 4 * width);
    FloatVector w5 = FloatVector.fromArray(SPECIES, sums, end + 5 * width);
    FloatVector w6 = FloatVector.fromArray(SPECIES, sums, end + 6 * width);
    FloatVector w7 = FloatVector.fromArray(SPECIES, sums, end + 7 * width);
    FloatVector w8 = FloatVector.fromArray(SPECIES, sums, end + 8 * width);
    for (int p = from; p < to; p++) {
      int pixel = steps[p];
      FloatVector d = FloatVector.fromArray(SPECIES, right, start + p * width);
      w0 = FloatVector.fromArray(SPECIES, left, x0 + pixel).fma(d, w0);
      w1 = FloatVector.fromArray(SPECIES, left, x1 + pixel).fma(d, w1);
      w2 = FloatVector.fromArray(SPECIES, left, x2 + pixel).fma(d, w2);
      w3 = FloatVector.fromArray(SPECIES, left, x3 + pixel).fma(d, w3);
      w4 = FloatVector.fromArray(SPECIES, left, x4 + pixel).fma(d, w4);
      w5 = FloatVector.fromArray(SPECIES, left, x5 + pixel).fma(d, w5);
      w6 = FloatVector.fromArray(SPECIES, left, x6 + pixel).fma(d, w6);
      w7 = FloatVector.fromArray(SPECIES, left, x7 + pixel).fma(d, w7);
      w8 = FloatVector.fromArray(SPECIES, left, x8 + pixel).fma(d, w8);
    }
    w0.intoArray(sums, end);
    w1.intoArray(sums, end + width);
    w2.intoArray(sums, end + 2 * width);
    w3.intoArray(sums, end + 3 * width);
    w4.intoArray(sums, end + 4 * width);
    w5.intoArray(sums, end + 5 * width);
    w6.intoArray(sums, end + 6 * width);
    w7.intoArray(sums, end + 7 * width);
    w8.intoArray(sums, end + 8 * width);
  }

  private void block8(int tap, int c, int from, int to) {
    float[] left = source;
    float[] right = dy;
    int[] steps = pixels;
    int start = dyAt + c;
    int end = sumsAt + tap * width + c;
    int x0 = c + taps[tap];
    int x1 = c + taps[tap + 1];
    int x2 = c + taps[tap + 2];
    int x3 = c + taps[tap + 3];
    int x4 = c + taps[tap + 4];
    int x5 = c + taps[tap + 5];
    int x6 = c + taps[tap + 6];
    int x7 = c + taps[tap + 7];
    FloatVector w0 = FloatVector.fromArray(SPECIES, sums, end);
    FloatVector w1 = FloatVector.fromArray(SPECIES, sums, end + width);
    FloatVector w2 = FloatVector.fromArray(SPECIES, sums, end + 2 * width);
    FloatVector w3 = FloatVector.fromArray(SPECIES, sums, end + 3 * width);
    FloatVector w4 = FloatVector.fromArray(SPECIES, sums, end + 4 * width);
    FloatVector w5 = FloatVector.fromArray(SPECIES, sums, end + 5 * width);
    FloatVector w6 = FloatVector.fromArray(SPECIES, sums, end + 6 * width);
    FloatVector w7 = FloatVector.fromArray(SPECIES, sums, end + 7 * width);
    for (int p = from; p < to; p++) {
      int pixel = steps[p];
      FloatVector d = FloatVector.fromArray(SPECIES, right, start + p * width);
      w0 = FloatVector.fromArray(SPECIES, left, x0 + pixel).fma(d, w0);
      w1 = FloatVector.fromArray(SPECIES, left, x1 + pixel).fma(d, w1);
      w2 = FloatVector.fromArray(SPECIES, left, x2 + pixel).fma(d, w2);
      w3 = FloatVector.fromArray(SPECIES, left, x3 + pixel).fma(d, w3);
      w4 = FloatVector.fromArray(SPECIES, left, x4 + pixel).fma(d, w4);
      w5 = FloatVector.fromArray(SPECIES, left, x5 + pixel).fma(d, w5);
      w6 = FloatVector.fromArray(SPECIES, left, x6 + pixel).fma(d, w6);
      w7 = FloatVector.fromArray(SPECIES, left, x7 + pixel).fma(d, w7);
    }
    w0.intoArray(sums, end);
    w1.intoArray(sums, end + width);
    w2.intoArray(sums, end + 2 * width);
    w3.intoArray(sums, end + 3 * width);
    w4.intoArray(sums, end + 4 * width);
    w5.intoArray(sums, end + 5 * width);
    w6.intoArray(sums, end + 6 * width);
    w7.intoArray(sums, end + 7 * width);
  }

  private void block4(int tap, int c, int from, int to) {
    float[] left = source;
    float[] right = dy;
    int[] steps = pixels;
    int start = dyAt + c;
    int end = sumsAt + tap * width + c;
    int x0 = c + taps[tap];
    int x1 = c + taps[tap + 1];
    int x2 = c + taps[tap + 2];
    int x3 = c + taps[tap + 3];
    FloatVector w0 = FloatVector.fromArray(SPECIES, sums, end);
    FloatVector w1 = FloatVector.fromArray(SPECIES, sums, end + width);
    FloatVector w2 = FloatVector.fromArray(SPECIES, sums, end + 2 * width);
    FloatVector w3 = FloatVector.fromArray(SPECIES, sums, end + 3 * width);
    for (int p = from; p < to; p++) {
      int pixel = steps[p];
      FloatVector d = FloatVector.fromArray(SPECIES, right, start + p * width);
      w0 = FloatVector.fromArray(SPECIES, left, x0 + pixel).fma(d, w0);
      w1 = FloatVector.fromArray(SPECIES, left, x1 + pixel).fma(d, w1);
      w2 = FloatVector.fromArray(SPECIES, left, x2 + pixel).fma(d, w2);
      w3 = FloatVector.fromArray(SPECIES, left, x3 + pixel).fma(d, w3);
    }
    w0.intoArray(sums, end);
    w1.intoArray(sums, end + width);
    w2.intoArray(sums, end + 2 * width);
    w3.intoArray(sums, end + 3 * width);
  }

  private void block1(int tap, int c, int from, int to) {
    float[] left = source;
    float[] right = dy;
    int[] steps = pixels;
    int start = dyAt + c;
    int end = sumsAt + tap * width + c;
    int x0 = c + taps[tap];
    FloatVector w0 = FloatVector.fromArray(SPECIES, sums, end);
    for (int p = from; p < to; p++) {
      int pixel = steps[p];
      FloatVector d = FloatVector.fromArray(SPECIES, right, start + p * width);
      w0 = FloatVector.fromArray(SPECIES, left, x0 + pixel).fma(d, w0);
    }
    w0.intoArray(sums, end);
  }
}

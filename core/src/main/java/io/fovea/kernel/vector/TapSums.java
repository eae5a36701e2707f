package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Neighbouring pixels of a depthwise convolution: each channel for itself, channels along the
 * vectors.
 *
 * <pre>
 * target[r][c] = init[c] + sum over taps t of source[r][taps[t] + c] * w[weights[t] + c]
 * </pre>
 *
 * <p>Blocks of 8 or 4 pixels share the load of a weight. Every element is one chain over the taps
 * in order; the last pixels of a row are covered by a full block that computes some of them twice,
 * to the same bits.
 */
final class TapSums {
  private static final int L = Lanes.COUNT;

  // source[sourceAt + r * sourceStep + taps[t] + c]
  float[] source = {};
  int sourceAt;
  int sourceStep;
  int[] taps = {};

  // w[weights[t] + c]
  float[] w = {};
  int[] weights = {};

  // init[c]
  float[] init = {};

  // target[targetAt + r * targetStep + c]
  float[] target = {};
  int targetAt;
  int targetStep;

  /**
   * Computes {@code count} pixels of {@code channels} channels, L at least: a last vector ends with
   * the last channel and computes some again.
   */
  void run(int count, int channels) {
    if (SlidingTaps.fits(count, taps, sourceStep)) {
      SlidingTaps.run(this, count, channels);
      return;
    }
    int block = count >= 8 ? 8 : count >= 4 ? 4 : 1;
    for (int r = 0; r < count; r += block) {
      int first = Math.min(r, count - block);
      int from = sourceAt + first * sourceStep;
      int end = targetAt + first * targetStep;
      switch (block) {
        case 8 -> block8(from, end, channels);
        case 4 -> block4(from, end, channels);
        default -> block1(from, end, channels);
      }
    }
  }

  private void block8(int from, int end, int channels) {
    float[] left = source;
    float[] right = w;
    int[] offsets = taps;
    int[] kernel = weights;
    int x1 = from + sourceStep;
    int x2 = x1 + sourceStep;
    int x3 = x2 + sourceStep;
    int x4 = x3 + sourceStep;
    int x5 = x4 + sourceStep;
    int x6 = x5 + sourceStep;
    int x7 = x6 + sourceStep;
    for (int v = 0; v < channels; v += L) {
      int c = Math.min(v, channels - L);
      FloatVector y0 = FloatVector.fromArray(SPECIES, init, c);
      FloatVector y1 = FloatVector.fromArray(SPECIES, init, c);
      FloatVector y2 = FloatVector.fromArray(SPECIES, init, c);
      FloatVector y3 = FloatVector.fromArray(SPECIES, init, c);
      FloatVector y4 = FloatVector.fromArray(SPECIES, init, c);
      FloatVector y5 = FloatVector.fromArray(SPECIES, init, c);
      FloatVector y6 = FloatVector.fromArray(SPECIES, init, c);
      FloatVector y7 = FloatVector.fromArray(SPECIES, init, c);
      for (int t = 0; t < offsets.length; t++) {
        int tap = offsets[t] + c;
        FloatVector k = FloatVector.fromArray(SPECIES, right, kernel[t] + c);
        y0 = FloatVector.fromArray(SPECIES, left, from + tap).fma(k, y0);
        y1 = FloatVector.fromArray(SPECIES, left, x1 + tap).fma(k, y1);
        y2 = FloatVector.fromArray(SPECIES, left, x2 + tap).fma(k, y2);
        y3 = FloatVector.fromArray(SPECIES, left, x3 + tap).fma(k, y3);
        y4 = FloatVector.fromArray(SPECIES, left, x4 + tap).fma(k, y4);
        y5 = FloatVector.fromArray(SPECIES, left, x5 + tap).fma(k, y5);
        y6 = FloatVector.fromArray(SPECIES, left, x6 + tap).fma(k, y6);
        y7 = FloatVector.fromArray(SPECIES, left, x7 + tap).fma(k, y7);
      }
      y0.intoArray(target, end + c);
      y1.intoArray(target, end + c + targetStep);
      y2.intoArray(target, end + c + 2 * targetStep);
      y3.intoArray(target, end + c + 3 * targetStep);
      y4.intoArray(target, end + c + 4 * targetStep);
      y5.intoArray(target, end + c + 5 * targetStep);
      y6.intoArray(target, end + c + 6 * targetStep);
      y7.intoArray(target, end + c + 7 * targetStep);
    }
  }

  private void block4(int from, int end, int channels) {
    float[] left = source;
    float[] right = w;
    int[] offsets = taps;
    int[] kernel = weights;
    int x1 = from + sourceStep;
    int x2 = x1 + sourceStep;
    int x3 = x2 + sourceStep;
    for (int v = 0; v < channels; v += L) {
      int c = Math.min(v, channels - L);
      FloatVector y0 = FloatVector.fromArray(SPECIES, init, c);
      FloatVector y1 = FloatVector.fromArray(SPECIES, init, c);
      FloatVector y2 = FloatVector.fromArray(SPECIES, init, c);
      FloatVector y3 = FloatVector.fromArray(SPECIES, init, c);
      for (int t = 0; t < offsets.length; t++) {
        int tap = offsets[t] + c;
        FloatVector k = FloatVector.fromArray(SPECIES, right, kernel[t] + c);
        y0 = FloatVector.fromArray(SPECIES, left, from + tap).fma(k, y0);
        y1 = FloatVector.fromArray(SPECIES, left, x1 + tap).fma(k, y1);
        y2 = FloatVector.fromArray(SPECIES, left, x2 + tap).fma(k, y2);
        y3 = FloatVector.fromArray(SPECIES, left, x3 + tap).fma(k, y3);
      }
      y0.intoArray(target, end + c);
      y1.intoArray(target, end + c + targetStep);
      y2.intoArray(target, end + c + 2 * targetStep);
      y3.intoArray(target, end + c + 3 * targetStep);
    }
  }

  private void block1(int from, int end, int channels) {
    float[] left = source;
    float[] right = w;
    int[] offsets = taps;
    int[] kernel = weights;
    for (int v = 0; v < channels; v += L) {
      int c = Math.min(v, channels - L);
      FloatVector y0 = FloatVector.fromArray(SPECIES, init, c);
      for (int t = 0; t < offsets.length; t++) {
        int tap = offsets[t] + c;
        FloatVector k = FloatVector.fromArray(SPECIES, right, kernel[t] + c);
        y0 = FloatVector.fromArray(SPECIES, left, from + tap).fma(k, y0);
      }
      y0.intoArray(target, end + c);
    }
  }
}

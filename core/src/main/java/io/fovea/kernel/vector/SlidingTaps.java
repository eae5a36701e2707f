package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * {@link TapSums} whose kernel rows are 3 taps and whose windows are a pixel apart: a vector of the
 * source, once loaded, serves the three windows that meet it. 9 loads for 21 multiply-adds instead
 * of 21, and as many checks of bounds; 7 pixels at a time, which divide 56, 28, 14 and 7.
 *
 * <p>Each element is the same chain of fused multiply-adds, so the bits are the same.
 */
final class SlidingTaps {
  private static final int L = Lanes.COUNT;

  /** Taps of a kernel row. */
  private static final int TAPS = 3;

  /** Pixels of a block. */
  private static final int PIXELS = 7;

  private SlidingTaps() {}

  /** Whether so many pixels, {@code step} floats apart, under these taps are computed so. */
  static boolean fits(int count, int[] taps, int step) {
    if (count < PIXELS || taps.length % TAPS != 0) {
      return false;
    }
    for (int t = 0; t < taps.length; t++) {
      if (taps[t] != taps[t - t % TAPS] + t % TAPS * step) {
        return false;
      }
    }
    return true;
  }

  /** As {@link TapSums#run}; the last block may compute some pixels twice, to the same bits. */
  static void run(TapSums s, int count, int channels) {
    for (int r = 0; r < count; r += PIXELS) {
      int first = Math.min(r, count - PIXELS);
      block(s, s.sourceAt + first * s.sourceStep, s.targetAt + first * s.targetStep, channels);
    }
  }

  private static void block(TapSums s, int from, int to, int channels) {
    float[] left = s.source;
    float[] right = s.w;
    float[] target = s.target;
    int[] offsets = s.taps;
    int[] kernel = s.weights;
    int step = s.sourceStep;
    int targetStep = s.targetStep;
    for (int v = 0; v < channels; v += L) {
      int c = Math.min(v, channels - L);
      FloatVector y0 = FloatVector.fromArray(SPECIES, s.init, c);
      FloatVector y1 = FloatVector.fromArray(SPECIES, s.init, c);
      FloatVector y2 = FloatVector.fromArray(SPECIES, s.init, c);
      FloatVector y3 = FloatVector.fromArray(SPECIES, s.init, c);
      FloatVector y4 = FloatVector.fromArray(SPECIES, s.init, c);
      FloatVector y5 = FloatVector.fromArray(SPECIES, s.init, c);
      FloatVector y6 = FloatVector.fromArray(SPECIES, s.init, c);
      for (int t = 0; t < offsets.length; t += TAPS) {
        int at = from + offsets[t] + c;
        FloatVector k0 = FloatVector.fromArray(SPECIES, right, kernel[t] + c);
        FloatVector k1 = FloatVector.fromArray(SPECIES, right, kernel[t + 1] + c);
        FloatVector k2 = FloatVector.fromArray(SPECIES, right, kernel[t + 2] + c);
        FloatVector x0 = FloatVector.fromArray(SPECIES, left, at);
        y0 = x0.fma(k0, y0);
        FloatVector x1 = FloatVector.fromArray(SPECIES, left, at + step);
        y0 = x1.fma(k1, y0);
        y1 = x1.fma(k0, y1);
        FloatVector x2 = FloatVector.fromArray(SPECIES, left, at + 2 * step);
        y0 = x2.fma(k2, y0);
        y1 = x2.fma(k1, y1);
        y2 = x2.fma(k0, y2);
        FloatVector x3 = FloatVector.fromArray(SPECIES, left, at + 3 * step);
        y1 = x3.fma(k2, y1);
        y2 = x3.fma(k1, y2);
        y3 = x3.fma(k0, y3);
        FloatVector x4 = FloatVector.fromArray(SPECIES, left, at + 4 * step);
        y2 = x4.fma(k2, y2);
        y3 = x4.fma(k1, y3);
        y4 = x4.fma(k0, y4);
        FloatVector x5 = FloatVector.fromArray(SPECIES, left, at + 5 * step);
        y3 = x5.fma(k2, y3);
        y4 = x5.fma(k1, y4);
        y5 = x5.fma(k0, y5);
        FloatVector x6 = FloatVector.fromArray(SPECIES, left, at + 6 * step);
        y4 = x6.fma(k2, y4);
        y5 = x6.fma(k1, y5);
        y6 = x6.fma(k0, y6);
        FloatVector x7 = FloatVector.fromArray(SPECIES, left, at + 7 * step);
        y5 = x7.fma(k2, y5);
        y6 = x7.fma(k1, y6);
        FloatVector x8 = FloatVector.fromArray(SPECIES, left, at + 8 * step);
        y6 = x8.fma(k2, y6);
      }
      y0.intoArray(target, to + c);
      y1.intoArray(target, to + c + targetStep);
      y2.intoArray(target, to + c + 2 * targetStep);
      y3.intoArray(target, to + c + 3 * targetStep);
      y4.intoArray(target, to + c + 4 * targetStep);
      y5.intoArray(target, to + c + 5 * targetStep);
      y6.intoArray(target, to + c + 6 * targetStep);
    }
  }
}

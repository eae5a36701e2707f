package io.fovea.kernel.vector.machine;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Bounds, of which the ReLU is the case (0, infinity), and the ReLU's gradient on arrays, a vector
 * at a time: for the layer, or fused into a convolution.
 */
public final class ClampLoops {
  private ClampLoops() {}

  public static void relu(float[] y, int yAt, float[] x, int xAt, int length) {
    clamp(y, yAt, x, xAt, length, 0, Float.POSITIVE_INFINITY);
  }

  /** y = min(max(x, low), high). */
  public static void clamp(
      float[] y, int yAt, float[] x, int xAt, int length, float low, float high) {
    int i = 0;
    for (; i < SPECIES.loopBound(length); i += Lanes.COUNT) {
      clamp(FloatVector.fromArray(SPECIES, x, xAt + i), low, high).intoArray(y, yAt + i);
    }
    for (; i < length; i++) {
      y[yAt + i] = clamp(x[xAt + i], low, high);
    }
  }

  /** min(max(x, low), high), by comparisons: max and min care for -0 and NaN in five steps. */
  public static FloatVector clamp(FloatVector x, float low, float high) {
    return x.blend(low, x.compare(VectorOperators.LE, low))
        .blend(high, x.compare(VectorOperators.GE, high));
  }

  /** The same of one number. */
  public static float clamp(float x, float low, float high) {
    return x <= low ? low : x >= high ? high : x;
  }

  /** dx = dy where y > 0, else 0. */
  public static void gate(
      float[] dx, int dxAt, float[] dy, int dyAt, float[] y, int yAt, int length) {
    int i = 0;
    for (; i < SPECIES.loopBound(length); i += Lanes.COUNT) {
      FloatVector gradient = FloatVector.fromArray(SPECIES, dy, dyAt + i);
      FloatVector output = FloatVector.fromArray(SPECIES, y, yAt + i);
      FloatVector.zero(SPECIES)
          .blend(gradient, output.compare(VectorOperators.GT, 0))
          .intoArray(dx, dxAt + i);
    }
    for (; i < length; i++) {
      dx[dxAt + i] = y[yAt + i] > 0 ? dy[dyAt + i] : 0;
    }
  }
}

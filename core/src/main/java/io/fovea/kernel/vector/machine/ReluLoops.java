package io.fovea.kernel.vector.machine;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The ReLU and its gradient on arrays, a vector at a time: for the layer, or fused into a
 * convolution.
 */
public final class ReluLoops {
  private ReluLoops() {}

  /**
   * y = max(x, 0), in place: {@code count} runs of {@code length} floats, each {@code step} after
   * the one before.
   */
  public static void relu(float[] y, int at, int step, int count, int length) {
    if (step == length) {
      relu(y, at, y, at, count * length);
      return;
    }
    for (int run = 0; run < count; run++) {
      relu(y, at + run * step, y, at + run * step, length);
    }
  }

  /** y = max(x, 0). */
  public static void relu(float[] y, int yAt, float[] x, int xAt, int length) {
    int i = 0;
    for (; i < SPECIES.loopBound(length); i += Lanes.COUNT) {
      FloatVector value = FloatVector.fromArray(SPECIES, x, xAt + i);
      value.blend(0, value.compare(VectorOperators.LE, 0)).intoArray(y, yAt + i);
    }
    for (; i < length; i++) {
      y[yAt + i] = Math.max(x[xAt + i], 0);
    }
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

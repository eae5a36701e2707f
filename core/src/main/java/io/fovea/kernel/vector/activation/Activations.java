package io.fovea.kernel.vector.activation;

import io.fovea.kernel.op.Activation;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.parallel.Scratch;

/**
 * An activation and its gradient on arrays: used by {@link VectorActivation} for a layer's output,
 * and by kernels for a part of theirs. What does not fill a vector is copied to one that does, so
 * the result of an element does not depend on its position.
 */
public final class Activations {
  private Activations() {}

  /**
   * y = f(y): {@code count} runs of {@code length} floats, each {@code step} after the one before.
   */
  public static void apply(
      Activation f,
      float[] y,
      int at,
      int step,
      int count,
      int length,
      Scratch scratch,
      int worker) {
    int runs = step == length ? 1 : count;
    int floats = step == length ? count * length : length;
    for (int run = 0; run < runs; run++) {
      int from = at + run * step;
      value(f, y, from, y, from, floats, scratch, worker);
    }
  }

  /** y = f(x) of {@code length} floats; y may be x. */
  static void value(
      Activation f,
      float[] y,
      int yAt,
      float[] x,
      int xAt,
      int length,
      Scratch scratch,
      int worker) {
    int whole = length - length % Lanes.COUNT;
    ActivationLoops.value(f, y, yAt, x, xAt, whole);
    if (whole < length) {
      float[] a = scratch.of(worker, Scratch.VALUES, 2 * Lanes.COUNT);
      System.arraycopy(x, xAt + whole, a, 0, length - whole);
      ActivationLoops.value(f, a, 0, a, 0, Lanes.COUNT);
      System.arraycopy(a, 0, y, yAt + whole, length - whole);
    }
  }

  /** dx = dy * f'(x) of {@code length} floats; dx may be dy. */
  public static void derivative(
      Activation f,
      float[] dx,
      int dxAt,
      float[] dy,
      int dyAt,
      float[] x,
      int xAt,
      int length,
      Scratch scratch,
      int worker) {
    int whole = length - length % Lanes.COUNT;
    ActivationLoops.derivative(f, dx, dxAt, dy, dyAt, x, xAt, whole);
    if (whole < length) {
      int d = Lanes.COUNT;
      float[] a = scratch.of(worker, Scratch.VALUES, 2 * d);
      System.arraycopy(x, xAt + whole, a, 0, length - whole);
      System.arraycopy(dy, dyAt + whole, a, d, length - whole);
      ActivationLoops.derivative(f, a, d, a, d, a, 0, Lanes.COUNT);
      System.arraycopy(a, d, dx, dxAt + whole, length - whole);
    }
  }
}

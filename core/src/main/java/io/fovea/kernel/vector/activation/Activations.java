package io.fovea.kernel.vector.activation;

import io.fovea.kernel.op.Activation;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.parallel.Scratch;

/**
 * An activation and its gradient on arrays, in blocks whose exponentials stay in the L1 cache: used
 * by {@link VectorActivation} for a layer's output, and by kernels for a part of theirs. What does
 * not fill a vector is copied to one that does, so the result of an element does not depend on its
 * position.
 */
public final class Activations {
  /** Floats of a block: 8 KB. */
  public static final int BLOCK = 1 << 11;

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
    float[] t = scratch.of(worker, Scratch.EXPONENTS, BLOCK);
    int whole = length - length % Lanes.COUNT;
    for (int i = 0; i < whole; i += BLOCK) {
      ActivationLoops.value(f, y, yAt + i, x, xAt + i, t, Math.min(BLOCK, whole - i));
    }
    if (whole < length) {
      float[] a = scratch.of(worker, Scratch.VALUES, BLOCK);
      System.arraycopy(x, xAt + whole, a, 0, length - whole);
      ActivationLoops.value(f, a, 0, a, 0, t, Lanes.COUNT);
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
    float[] t = scratch.of(worker, Scratch.EXPONENTS, BLOCK);
    float[] work = scratch.of(worker, Scratch.VALUES, BLOCK + 2 * Lanes.COUNT);
    int whole = length - length % Lanes.COUNT;
    for (int i = 0; i < whole; i += BLOCK) {
      int count = Math.min(BLOCK, whole - i);
      ActivationLoops.derivative(f, dx, dxAt + i, dy, dyAt + i, x, xAt + i, t, work, count);
    }
    if (whole < length) {
      int a = BLOCK;
      int d = BLOCK + Lanes.COUNT;
      System.arraycopy(x, xAt + whole, work, a, length - whole);
      System.arraycopy(dy, dyAt + whole, work, d, length - whole);
      ActivationLoops.derivative(f, work, d, work, d, work, a, t, work, Lanes.COUNT);
      System.arraycopy(work, d, dx, dxAt + whole, length - whole);
    }
  }
}

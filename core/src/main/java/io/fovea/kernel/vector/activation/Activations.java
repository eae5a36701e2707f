package io.fovea.kernel.vector.activation;

import io.fovea.kernel.op.Activation;
import io.fovea.kernel.op.Clamp;
import io.fovea.kernel.vector.machine.ClampLoops;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.parallel.Scratch;

/**
 * y = f(y) in place, in blocks that stay in the L1 cache: used by {@link VectorActivation} for a
 * layer's output, and by kernels for a part of theirs. A block is copied, padded to full vectors,
 * computed and copied back, so the result of an element does not depend on its position.
 */
public final class Activations {
  /** Floats of a block: 8 KB. */
  static final int BLOCK = 1 << 11;

  private Activations() {}

  /** {@code count} runs of {@code length} floats, each {@code step} after the one before. */
  public static void apply(
      Activation f,
      float[] y,
      int at,
      int step,
      int count,
      int length,
      Scratch scratch,
      int worker) {
    Clamp clamp = Clamp.of(f);
    int runs = step == length ? 1 : count;
    int floats = step == length ? count * length : length;
    for (int run = 0; run < runs; run++) {
      int from = at + run * step;
      if (clamp == null) {
        applyInBlocks(f, y, from, floats, scratch, worker);
      } else {
        ClampLoops.clamp(y, from, y, from, floats, clamp.low(), clamp.high());
      }
    }
  }

  private static void applyInBlocks(
      Activation f, float[] y, int at, int length, Scratch scratch, int worker) {
    float[] a = scratch.of(worker, Scratch.VALUES, BLOCK);
    float[] t = scratch.of(worker, Scratch.EXPONENTS, BLOCK);
    for (int from = at; from < at + length; from += BLOCK) {
      int count = Math.min(BLOCK, at + length - from);
      System.arraycopy(y, from, a, 0, count);
      ActivationLoops.value(f, a, t, Lanes.roundUp(count));
      System.arraycopy(a, 0, y, from, count);
    }
  }
}

package io.fovea.kernel.vector.microkernel;

import io.fovea.kernel.op.Allocations;
import io.fovea.kernel.vector.microkernel.BlockDescription.Repeat;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Queue;

/**
 * Calls micro-kernels on made-up operands until C2 has compiled them. A kernel that is not compiled
 * makes an object of each vector and takes sixty times as long; a compiled one allocates nothing,
 * which is how this class knows.
 *
 * <p>Some hundred calls of a small block take milliseconds even without compiled code, where a
 * network's own passes take seconds for as many. And the blocks are so small that C2 compiles the
 * method, and not its loops first (on-stack replacement), which doubles C2's work in real passes.
 * All calls are on the caller's thread, so that C2 has the other processors.
 */
final class KernelWarmUp {
  /** Floats of each operand: more than any block reaches with the strides below. */
  private static final int FLOATS = 1 << 13;

  /** Terms of a sum: enough for C2 to see loops that are worth unrolling. */
  private static final int TERMS = 16;

  /** Iterations of the loops around. */
  private static final int FEW = 2;

  /** Calls between two looks at what was allocated. */
  private static final int CALLS = 32;

  /**
   * Kernels that are called in turn. With more than five methods in C2's queue, the JVM compiles
   * the next ones without counters first (Tier3DelayOn) and raises its thresholds
   * (Tier4LoadFeedback).
   */
  private static final int TOGETHER = 3;

  private final float[] a = new float[FLOATS];
  private final float[] b = new float[FLOATS];
  private final float[] first = new float[FLOATS];
  private final float[] c = new float[FLOATS];
  private final Strides strides =
      new Strides()
          .left(TERMS, TERMS)
          .right(TERMS, TERMS)
          .output(TERMS, TERMS)
          .terms(TERMS, 1, TERMS)
          .outer(FEW, TERMS, TERMS)
          .inner(FEW, TERMS, TERMS)
          .lanes(1);

  private KernelWarmUp() {}

  /**
   * Calls these kernels for at most so many nanoseconds and removes those that are compiled. From a
   * virtual thread, whose allocations the JVM does not count, each is called a few times only.
   */
  static void run(Map<BlockDescription, MicroKernel> cold, long nanoseconds) {
    long end = System.nanoTime() + nanoseconds;
    KernelWarmUp operands = new KernelWarmUp();
    Queue<Entry<BlockDescription, MicroKernel>> waiting = new ArrayDeque<>(cold.entrySet());
    Queue<Entry<BlockDescription, MicroKernel>> inTurn = new ArrayDeque<>();
    while (System.nanoTime() - end < 0) {
      while (inTurn.size() < TOGETHER && !waiting.isEmpty()) {
        inTurn.add(waiting.remove());
      }
      if (inTurn.isEmpty()) {
        return;
      }
      Entry<BlockDescription, MicroKernel> next = inTurn.remove();
      if (operands.isCompiled(next.getKey(), next.getValue())) {
        cold.remove(next.getKey());
      } else {
        inTurn.add(next);
      }
    }
  }

  private boolean isCompiled(BlockDescription d, MicroKernel kernel) {
    boolean byChannel = d.repeat() == Repeat.CHANNELS;
    strides.blocks(byChannel ? FEW * BlockDescription.lanes() : FEW, TERMS, TERMS, 0, TERMS);
    long before = Allocations.ofThisThread();
    for (int call = 0; call < CALLS; call++) {
      kernel.compute(strides, a, 0, b, 0, first, 0, c, 0);
    }
    return Allocations.ofThisThread() == before;
  }
}

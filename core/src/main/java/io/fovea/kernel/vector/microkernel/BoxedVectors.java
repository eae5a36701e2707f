package io.fovea.kernel.vector.microkernel;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Kernels whose vectors are objects: C2 has given up on their class in this process, so each
 * operation is a call that allocates (docs/decisions/0034). Found by what a call allocates, which
 * is nothing where vectors stay in registers.
 */
public final class BoxedVectors {
  /** What to do about it. */
  public static final String CURE =
      "start Java with -XX:PerMethodTrapLimit=10000, as the fovea launcher does";

  private static final System.Logger LOG = System.getLogger(BoxedVectors.class.getName());

  private static final AtomicBoolean SEARCHES = new AtomicBoolean();
  private static final List<String> FOUND = new CopyOnWriteArrayList<>();

  private BoxedVectors() {}

  /** What was found first in this process; empty if nothing was. */
  public static String problem() {
    return FOUND.isEmpty() ? "" : FOUND.getFirst();
  }

  /**
   * Tries all kernels that this process has made, on a thread of its own. Those whose vectors are
   * objects are replaced by {@link SingleLoops} whose vectors are not, to the same bits. The first
   * one found is logged.
   */
  public static void search() {
    if (SEARCHES.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("fovea-boxed-vectors").start(BoxedVectors::tryAll);
    }
  }

  private static void tryAll() {
    try {
      KernelTable.forgetAll(); // a look-up during a replacement may have kept the old kernel
      KernelTrial trial = new KernelTrial();
      for (BlockDescription d : MicroKernels.made()) {
        MicroKernel kernel = MicroKernels.of(d);
        long bytes = kernel instanceof SingleLoops ? 0 : trial.boxed(d, kernel);
        if (bytes > 0) {
          found(d, bytes, replace(d, trial));
        }
      }
    } finally {
      SEARCHES.set(false);
    }
  }

  /** Whether an equal kernel without objects was found. */
  private static boolean replace(BlockDescription d, KernelTrial trial) {
    for (int rows = d.rows(); rows >= 1; rows /= 2) {
      if (SingleLoops.canReplace(d, rows)) {
        MicroKernel equal = new SingleLoops(d, rows);
        if (trial.bytes(d, equal) == 0) {
          MicroKernels.replace(d, equal);
          return true;
        }
      }
    }
    return false;
  }

  private static void found(BlockDescription d, long bytes, boolean isReplaced) {
    String text =
        "the JVM makes objects of the vectors of kernel %s (%,d bytes a call), since C2 has given up on their class; %s"
            .formatted(
                d.name(),
                bytes,
                isReplaced
                    ? "an equal kernel of smaller loops computes instead, somewhat more slowly"
                    : "inference and training take many times as long");
    if (FOUND.isEmpty()) {
      LOG.log(System.Logger.Level.WARNING, "fovea: %s; %s".formatted(text, CURE));
    }
    FOUND.add(text);
  }
}

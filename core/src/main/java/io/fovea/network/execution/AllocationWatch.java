package io.fovea.network.execution;

import io.fovea.kernel.op.Kernels;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * Notices kernels whose vectors are objects: a pass of warmed code allocates a few hundred bytes a
 * node, such kernels megabytes. Measured on the calling thread, from the 50th pass and the fifth
 * second on in passes that double, then once in 4,096.
 */
final class AllocationWatch {
  private static final long FIRST = 50;
  private static final long PERIOD = 4096;
  private static final int CERTAIN = 3; // passes: a single one may make a buffer
  private static final long LEAST = 256 << 10;
  private static final long OF_A_NODE = 2 << 10;
  private static final long NONE = -1;

  /** After the first pass; code that is not compiled yet makes objects of vectors, too. */
  private static final long COMPILING = TimeUnit.SECONDS.toNanos(5);

  private final Kernels kernels;
  private long passes;
  private long next = FIRST;
  private long warm; // when code should be compiled
  private int suspicious;
  private long before = NONE;

  AllocationWatch(Kernels kernels) {
    this.kernels = kernels;
  }

  /** Makes the next pass one of those that are measured. */
  void expectWarm() {
    next = passes + 1;
    warm = System.nanoTime();
  }

  /** Begins a pass on this thread. */
  void begin() {
    passes++;
    if (passes == 1) {
      warm = System.nanoTime() + COMPILING;
    }
    boolean isDue = passes >= next && System.nanoTime() - warm >= 0;
    before = isDue ? Threads.allocated() : NONE;
  }

  /** Ends a pass through so many nodes. */
  void end(int nodes) {
    if (before == NONE) {
      return;
    }
    boolean isLarge = Threads.allocated() - before > LEAST + OF_A_NODE * nodes;
    suspicious = isLarge ? suspicious + 1 : 0;
    if (suspicious > 0 && suspicious < CERTAIN) {
      next = passes + 1;
      return;
    }
    next = passes + Math.min(PERIOD, Math.max(FIRST, passes));
    if (suspicious > 0) {
      suspicious = 0;
      kernels.findBoxedVectors();
    }
  }

  /** Loaded with the first pass that is measured: few programs need the JVM's management. */
  private static final class Threads {
    private static final com.sun.management.ThreadMXBean BEAN =
        ManagementFactory.getPlatformMXBean(com.sun.management.ThreadMXBean.class);

    /** The bytes that this thread has allocated; always 0 for a virtual thread. */
    static long allocated() {
      return Thread.currentThread().isVirtual() ? 0 : BEAN.getCurrentThreadAllocatedBytes();
    }
  }
}

package io.fovea.kernel.op;

import java.lang.management.ManagementFactory;

/** What threads allocate. Loaded on first use: few programs need the JVM's management. */
public final class Allocations {
  private static final com.sun.management.ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(com.sun.management.ThreadMXBean.class);

  private Allocations() {}

  /** The bytes that the calling thread has allocated; always 0 for a virtual thread. */
  public static long ofThisThread() {
    return Thread.currentThread().isVirtual() ? 0 : THREADS.getCurrentThreadAllocatedBytes();
  }
}

package io.fovea.kernel.vector.microkernel;

import io.fovea.kernel.vector.microkernel.BlockDescription.Repeat;
import io.fovea.kernel.vector.microkernel.BlockDescription.Terms;
import io.fovea.kernel.vector.microkernel.BlockDescription.Width;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.ObjectName;

/** Runs kernels on arrays of its own, to see whether their vectors stay in registers. */
final class KernelTrial {
  private static final com.sun.management.ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(com.sun.management.ThreadMXBean.class);
  private static final int TERMS = 16;
  private static final int CALLS = 20;
  private static final int ATTEMPTS = 4;
  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(400);

  private final float[] a = new float[1 << 16];
  private final float[] b = new float[1 << 16];
  private final float[] first = new float[1 << 12];
  private final float[] c = new float[1 << 16];

  /** Whether a kernel that C2 has compiled allocates: the bytes of a call; 0 if it does not. */
  long boxed(BlockDescription d, MicroKernel kernel) {
    long bytes = bytes(d, kernel);
    for (int attempt = 0; bytes > 0 && attempt < ATTEMPTS; attempt++) {
      boolean wasCompiled = isCompiled(kernel);
      bytes = bytes(d, kernel);
      if (wasCompiled) {
        return bytes;
      }
    }
    return 0; // C2 has had no reason to compile it
  }

  /**
   * The bytes that a call of the kernel allocates: 0 as soon as some calls have allocated nothing,
   * else what they allocate after a while.
   */
  long bytes(BlockDescription d, MicroKernel kernel) {
    Strides strides = strides(d);
    long end = System.nanoTime() + PATIENCE;
    long bytes;
    do {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < CALLS; i++) {
        kernel.compute(strides, a, 0, b, 0, first, 0, c, 0);
      }
      bytes = (THREADS.getCurrentThreadAllocatedBytes() - before) / CALLS;
    } while (bytes > 0 && System.nanoTime() - end < 0);
    return bytes;
  }

  /** Whether C2 (level 4) has compiled it, by the JVM's list of compiled code. */
  private static boolean isCompiled(MicroKernel kernel) {
    try {
      Object list =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "compilerCodelist",
                  null,
                  null);
      return ((String) list).contains(" 4 0 " + kernel.getClass().getName() + ".compute(");
    } catch (JMException noList) {
      return true; // this JVM does not say
    }
  }

  /** Small sizes that fit the arrays. */
  static Strides strides(BlockDescription d) {
    int lanes = BlockDescription.lanes();
    int whole = d.vectors() * lanes;
    Terms terms = d.terms();
    int stored = d.width() == Width.QUARTER ? lanes / 4 : lanes / 2;
    Strides strides =
        new Strides()
            .left(TERMS * lanes, lanes)
            .right(whole, lanes)
            .output(whole, lanes)
            .terms(terms.panels() ? 2 * terms.count().size(0) : TERMS, 1, lanes)
            .outer(2, 0, 0)
            .inner(2, 0, 0)
            .clamp(-1, 1)
            .lanes(stored);
    return d.repeat() == Repeat.CHANNELS ? strides.channels(lanes) : strides.points(1, 0, 0, 0, 0);
  }
}

package io.fovea.kernel.vector.microkernel;

/**
 * Kernels whose vectors are objects: C2 has given up on their class in this process, so each
 * operation is a call that allocates (decision 34).
 */
public final class BoxedVectors {
  /** What to do about it. */
  public static final String CURE =
      "start Java with -XX:PerMethodTrapLimit=10000, as the fovea launcher does";

  private static final System.Logger LOG = System.getLogger(BoxedVectors.class.getName());

  private static volatile String problem = "";

  private BoxedVectors() {}

  /** What was noticed first in this process; empty if nothing was. */
  public static String problem() {
    return problem;
  }

  /** Keeps and logs, the first time, that a pass of warmed code allocates so many bytes. */
  public static synchronized void noticed(long bytes) {
    if (problem.isEmpty()) {
      problem =
          "the JVM makes objects of vectors (%,d bytes a pass), since C2 has given up on a kernel's class; inference and training take many times as long"
              .formatted(bytes);
      LOG.log(System.Logger.Level.WARNING, "fovea: %s; %s".formatted(problem, CURE));
    }
  }
}

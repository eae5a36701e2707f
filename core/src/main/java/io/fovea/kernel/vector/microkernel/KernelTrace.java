package io.fovea.kernel.vector.microkernel;

import io.fovea.kernel.vector.microkernel.LoopNest.Offsets;
import io.fovea.parallel.Workers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which blocks a thread computes, and in which loops, for {@code fovea kernels}: while a trace
 * runs, drivers made and run on its thread get kernels that note what they are asked for and
 * compute nothing. Threads beside it are not concerned.
 */
public final class KernelTrace {
  private static final ThreadLocal<KernelTrace> RUNNING = new ThreadLocal<>();

  /**
   * Whether this process has traced: programs that never do pay a field for each block and no
   * look-up by thread. A thread sees what it has set itself, so it need not be volatile.
   */
  private static boolean used;

  private final LoopNest nest = new LoopNest();
  private final Map<Use, List<String>> texts = new HashMap<>();

  private record Use(BlockDescription description, Map<String, Integer> sizes) {}

  private KernelTrace() {}

  /** Whether the present thread is traced. */
  public static boolean isRunning() {
    return used && RUNNING.get() != null;
  }

  /**
   * The loop nest of what the work computes, as lines.
   *
   * @throws IllegalStateException if this thread is traced already
   */
  public static List<String> of(Runnable work) {
    if (isRunning()) {
      throw new IllegalStateException("kernels: a trace within a trace; end the first one before");
    }
    KernelTrace trace = new KernelTrace();
    RUNNING.set(trace);
    used = true;
    try {
      work.run();
    } finally {
      RUNNING.remove();
    }
    return trace.nest.lines();
  }

  /** The present thread to compute with, whose chunks of work its trace tells apart. */
  public static Workers workers() {
    return Workers.observed(
        body ->
            (chunk, worker) -> {
              KernelTrace trace = RUNNING.get();
              trace.nest.beginChunk();
              body.run(chunk, worker);
              trace.nest.endChunk();
            });
  }

  /** A kernel that notes its calls. */
  static MicroKernel noting(BlockDescription description) {
    description.requireFit();
    return (strides, a, aOffset, b, bOffset, first, firstOffset, c, cOffset) -> {
      KernelTrace trace = RUNNING.get();
      Use now = new Use(description, PseudoCode.sizes(strides));
      List<String> text =
          trace.texts.computeIfAbsent(now, use -> PseudoCode.of(description, use.sizes));
      trace.nest.call(text, new Offsets(aOffset, bOffset, firstOffset, cOffset));
    };
  }

  /** Notes what code computes that is no micro-kernel, where the present thread is traced. */
  public static void note(String... lines) {
    if (isRunning()) {
      RUNNING.get().nest.call(List.of(lines), Offsets.ZERO);
    }
  }
}

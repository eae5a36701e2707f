package io.fovea.kernel.vector.microkernel;

import io.fovea.kernel.vector.microkernel.LoopNest.Offsets;
import io.fovea.parallel.Workers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Records which blocks a thread computes, and in which loops, for {@code fovea kernels}: while a
 * trace runs, drivers made and run on its thread get kernels that record their calls and compute
 * nothing. Other threads are not affected.
 */
public final class KernelTrace {
  private static final ThreadLocal<KernelTrace> RUNNING = new ThreadLocal<>();

  /**
   * Whether this process has traced: otherwise a block costs a field access instead of a
   * thread-local look-up. A thread sees its own writes, so it need not be volatile.
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
   * The loop nest of the work, as lines.
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

  /** Workers of the present thread, with which its trace recognises chunks of work. */
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

  /** A kernel that records its calls. */
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

  /** Records code that is not a micro-kernel, if the present thread is traced. */
  public static void note(String... lines) {
    if (isRunning()) {
      RUNNING.get().nest.call(List.of(lines), Offsets.ZERO);
    }
  }
}

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
   * Traces of all threads. Read for every block, so it is neither volatile nor a lookup by thread:
   * a thread sees its own trace, and others may ask {@link #RUNNING} once too often.
   */
  private static int count;

  private final LoopNest nest = new LoopNest();
  private final Map<Use, List<String>> texts = new HashMap<>();

  private record Use(BlockDescription description, List<Integer> sizes) {}

  private KernelTrace() {}

  /** Whether the present thread is traced. */
  public static boolean isRunning() {
    return count > 0 && RUNNING.get() != null;
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
    change(1);
    try {
      work.run();
    } finally {
      change(-1);
      RUNNING.remove();
    }
    return trace.nest.lines();
  }

  private static synchronized void change(int by) {
    count += by;
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
      List<String> text =
          trace.texts.computeIfAbsent(
              new Use(description, strides.values()), use -> PseudoCode.of(description, strides));
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

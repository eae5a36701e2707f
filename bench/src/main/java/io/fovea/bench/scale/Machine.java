package io.fovea.bench.scale;

import io.fovea.parallel.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * What this machine's two cores need for meeting each other, and what memory gives them, in
 * nanoseconds and bytes a nanosecond.
 *
 * @param line a cache line's way from core to core
 * @param signal what a loop of two chunks takes longer than one chunk, less the lines' ways, for
 *     its begin and for its end
 * @param unpark what the caller needs to wake one thread
 * @param wake how long after that the thread runs
 * @param patience how long a thread waits for a loop before it parks
 * @param one the triad's bandwidth on one thread
 * @param two the same on two threads
 * @param cache bytes of the last-level cache
 */
record Machine(
    double line,
    double signal,
    double unpark,
    double wake,
    double patience,
    double one,
    double two,
    double cache) {
  private static final int ROUNDS = 41;

  /** As Workers.patient and Workers.of state it. */
  private static final double PATIENT = 275_000;

  private static final double PATIENCE = 175_000;

  /** Floats of a triad's array: 64 MB, more than a last-level cache. */
  private static final int FLOATS = 1 << 24;

  /** Measures; takes some seconds. */
  static Machine measure() {
    double line = pingPong();
    double barrier = barrier();
    double[] waking = waking();
    double signal = Math.max(0, (barrier - 2 * line) / 2);
    return new Machine(
        line, signal, waking[0], waking[1], PATIENT, triad(1), triad(2), lastLevelCache());
  }

  /** Prints what was measured. */
  void print() {
    System.out.printf(
        "Measured for two threads: a cache line's way %.0f ns, a loop's begin and end %.0f ns each,%n"
            + "unpark %.1f us, the thread runs after %.1f us; triad %.1f GB/s on one thread, %.1f on two; last-level cache %.0f MiB.%n",
        line, signal, unpark / 1e3, wake / 1e3, one, two, cache / (1 << 20));
  }

  /** The same for a classifier's workers, which park earlier. */
  Machine ofInference() {
    return new Machine(line, signal, unpark, wake, PATIENCE, one, two, cache);
  }

  /** The triad's bandwidth on one or two threads. */
  double bandwidth(int threads) {
    return threads == 1 ? one : two;
  }

  /** As Linux tells, or 32 MiB. */
  private static double lastLevelCache() {
    try {
      Path size = Path.of("/sys/devices/system/cpu/cpu0/cache/index3/size");
      return 1024.0 * Integer.parseInt(Files.readString(size).strip().replace("K", ""));
    } catch (IOException | NumberFormatException e) {
      return 32 << 20;
    }
  }

  private static double median(LongSupplier nanos) {
    long[] times = new long[ROUNDS];
    for (int i = 0; i < 2 * ROUNDS; i++) {
      times[i % ROUNDS] = nanos.getAsLong(); // the first half warms up
    }
    Arrays.sort(times);
    return times[ROUNDS / 2];
  }

  /** Half of the way of a number to the other thread and back. */
  private static double pingPong() {
    int turns = 20_000;
    return median(
            () -> {
              AtomicInteger ball = new AtomicInteger();
              Thread other =
                  Thread.ofPlatform()
                      .daemon()
                      .start(
                          () -> {
                            for (int i = 1; i < 2 * turns; i += 2) {
                              pass(ball, i);
                            }
                          });
              pass(ball, 0);
              long begin = System.nanoTime();
              for (int i = 2; i < 2 * turns; i += 2) {
                pass(ball, i);
              }
              long nanos = System.nanoTime() - begin;
              join(other);
              return nanos;
            })
        / (2.0 * (turns - 1));
  }

  private static void pass(AtomicInteger ball, int number) {
    while (ball.get() != number) {
      Thread.onSpinWait();
    }
    ball.set(number + 1);
  }

  /** What a loop of two chunks of some 2 us takes longer on two threads than one chunk. */
  private static double barrier() {
    int loops = 2_000;
    AtomicLong sink = new AtomicLong();
    try (Workers alone = Workers.of(1);
        Workers both = Workers.patient(2)) {
      double single = median(() -> loops(alone, 1, loops, sink)) / loops;
      double shared = median(() -> loops(both, 2, loops, sink)) / loops;
      return shared - single;
    }
  }

  private static long loops(Workers workers, int chunks, int count, AtomicLong sink) {
    long begin = System.nanoTime();
    for (int i = 0; i < count; i++) {
      workers.run(chunks, (chunk, worker) -> spin(chunk, sink));
    }
    return System.nanoTime() - begin;
  }

  private static void spin(int seed, AtomicLong sink) {
    long value = seed + 1L;
    for (int i = 0; i < 1_500; i++) {
      value = value * 6364136223846793005L + 1442695040888963407L;
    }
    if (value == 0) {
      sink.set(value); // never, but the compiler cannot know
    }
  }

  /** What unpark takes, and how long after it the thread runs. */
  private static double[] waking() {
    AtomicLong told = new AtomicLong();
    Thread sleeper =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  while (told.get() >= 0) {
                    LockSupport.park();
                    told.compareAndSet(0, System.nanoTime());
                  }
                });
    double[] results = new double[2];
    results[0] = median(() -> wake(sleeper, told)[0]);
    results[1] = median(() -> wake(sleeper, told)[1]);
    told.set(-1);
    LockSupport.unpark(sleeper);
    return results;
  }

  private static long[] wake(Thread sleeper, AtomicLong told) {
    LockSupport.parkNanos(2_000_000);
    told.set(0);
    long begin = System.nanoTime();
    LockSupport.unpark(sleeper);
    long unparked = System.nanoTime();
    while (told.get() == 0) {
      Thread.onSpinWait();
    }
    return new long[] {unparked - begin, told.get() - begin};
  }

  /** Bytes a nanosecond of a = b + s * c, 12 bytes an element (McCalpin's STREAM). */
  private static double triad(int threads) {
    float[] a = new float[FLOATS];
    float[] b = new float[FLOATS];
    float[] c = new float[FLOATS];
    try (Workers workers = Workers.of(threads)) {
      int part = FLOATS / threads;
      double nanos =
          median(
              () -> {
                long begin = System.nanoTime();
                workers.run(
                    threads, (chunk, worker) -> triad(a, b, c, chunk * part, (chunk + 1) * part));
                return System.nanoTime() - begin;
              });
      return 12.0 * FLOATS / nanos;
    }
  }

  private static void triad(float[] a, float[] b, float[] c, int from, int to) {
    for (int i = from; i < to; i++) {
      a[i] = b[i] + 3 * c[i];
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

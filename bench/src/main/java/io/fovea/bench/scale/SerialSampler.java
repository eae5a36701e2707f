package io.fovea.bench.scale;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Looks again and again where a thread is between its loops, on a thread of its own. */
final class SerialSampler {
  private final Thread watched = Thread.currentThread();
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();
  private final Thread sampler;
  private @Nullable Map<String, Integer> ofSteps;
  private volatile boolean isOutside = true;
  private volatile boolean closed;

  SerialSampler() {
    sampler = Thread.ofPlatform().daemon().name("serial-sampler").start(this::sample);
  }

  /** A loop begins. */
  void pause() {
    isOutside = false;
  }

  /** A loop has ended. */
  void resume() {
    isOutside = true;
  }

  private void sample() {
    while (!closed) {
      Thread.onSpinWait();
      if (isOutside) {
        StackTraceElement[] stack = watched.getStackTrace();
        if (isOutside) {
          counts.merge(CallSite.of(stack), 1, Integer::sum);
        }
      }
    }
  }

  /** A step has ended. What was seen before the first one's end is the run's beginning. */
  void step() {
    if (ofSteps == null) {
      counts.clear();
    }
    ofSteps = Map.copyOf(counts);
  }

  /** How often each place was seen, from the first step's end to the last one's. */
  Map<String, Integer> counts() {
    return ofSteps == null ? Map.of() : ofSteps;
  }

  /** Ends. */
  void close() throws InterruptedException {
    closed = true;
    sampler.join();
  }
}

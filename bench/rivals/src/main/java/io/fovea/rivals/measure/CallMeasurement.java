package io.fovea.rivals.measure;

import java.util.Arrays;

/** Times answers: images a second, or the time of a call with one image, or both. */
public final class CallMeasurement {
  private static final int LEAST_CALLS = 2_000;

  /** An answer for one of some prepared inputs. */
  @FunctionalInterface
  public interface Call {
    void answer(int index) throws Exception;
  }

  private CallMeasurement() {}

  /**
   * Warms up, then calls again and again, with one input after another.
   *
   * @param inputs how many there are
   */
  public static Result measure(MeasurementSettings settings, int inputs, Call call)
      throws Exception {
    int least = settings.action() == Action.LATENCY ? LEAST_CALLS : 1;
    Stopwatch stopwatch = new Stopwatch(settings, settings.seconds(), least);
    long[] times = new long[LEAST_CALLS];
    int calls = 0;
    boolean more = true;
    for (int i = 0; more; i++) {
      boolean counts = stopwatch.isMeasuring();
      long begin = System.nanoTime();
      call.answer(i % inputs);
      long time = System.nanoTime() - begin;
      if (counts) {
        if (calls == times.length) {
          times = Arrays.copyOf(times, 2 * calls);
        }
        times[calls++] = time;
      }
      more = stopwatch.round();
    }
    Arrays.sort(times, 0, calls);
    double images = (double) calls * settings.batch();
    return switch (settings.action()) {
      case LATENCY ->
          Result.of("p50-us", share(times, calls, 0.5) * 1e-3)
              .with("p99-us", share(times, calls, 0.99) * 1e-3)
              .with("calls", calls);
      case ONNX ->
          Result.of("p50-ms", share(times, calls, 0.5) * 1e-6)
              .with("images/s", images / stopwatch.measured())
              .with("peak-MB", ProcessMemory.peak())
              .with("steady-MB", ProcessMemory.resident())
              .with("calls", calls);
      case TRAIN, COLD ->
          throw new IllegalArgumentException("calls: expected latency or onnx, got " + settings);
    };
  }

  private static double share(long[] sorted, int count, double share) {
    return sorted[Math.min(count - 1, (int) (share * count))];
  }
}

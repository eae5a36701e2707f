package io.fovea.rivals.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Times single images asked for by many callers at once, each with its next as soon as it has its
 * answer: microseconds of a call, and answers a second of all together.
 */
public final class LoadMeasurement {
  /** What each caller calls; it may have memory of its own. */
  @FunctionalInterface
  public interface Callers {
    /** The calls of one caller, from 0. */
    CallMeasurement.Call caller(int number) throws Exception;
  }

  private LoadMeasurement() {}

  /**
   * Warms up and measures.
   *
   * @param inputs how many there are
   */
  public static Result measure(MeasurementSettings settings, int inputs, Callers callers)
      throws Exception {
    long warm = System.nanoTime() + (long) (settings.warmUpSeconds() * 1e9);
    long end = warm + (long) (settings.seconds() * 1e9);
    List<Future<long[]>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(MeasurementSettings.CALLERS)) {
      for (int caller = 0; caller < MeasurementSettings.CALLERS; caller++) {
        int number = caller;
        CallMeasurement.Call call = callers.caller(number);
        all.add(threads.submit(() -> times(call, number, inputs, warm, end)));
      }
    }
    long[] times = {};
    for (Future<long[]> one : all) {
      long[] own = one.get();
      int before = times.length;
      times = Arrays.copyOf(times, before + own.length);
      System.arraycopy(own, 0, times, before, own.length);
    }
    if (times.length < MeasurementSettings.CALLERS) {
      throw new IllegalStateException(
          "load: only %d answers in the measured time".formatted(times.length));
    }
    Arrays.sort(times);
    return Result.of("p50-us", CallMeasurement.share(times, times.length, 0.5) * 1e-3)
        .with("p99-us", CallMeasurement.share(times, times.length, 0.99) * 1e-3)
        .with("answers/s", times.length / settings.seconds());
  }

  /** The times of one caller's calls that ended in the measured time. */
  private static long[] times(
      CallMeasurement.Call call, int number, int inputs, long warm, long end) throws Exception {
    long[] times = new long[1024];
    int count = 0;
    int next = number;
    for (long begin = System.nanoTime(); begin - end < 0; next++) {
      call.answer(next % inputs);
      long now = System.nanoTime();
      if (now - warm >= 0 && now - end < 0) {
        if (count == times.length) {
          times = Arrays.copyOf(times, 2 * count);
        }
        times[count++] = now - begin;
      }
      begin = now;
    }
    return Arrays.copyOf(times, count);
  }
}

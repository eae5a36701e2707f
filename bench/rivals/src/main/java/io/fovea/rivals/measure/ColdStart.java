package io.fovea.rivals.measure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Times a new process as its callers meet it: the first answer, and then second by second. */
public final class ColdStart {
  private static final int SECONDS = 10;

  /** A second whose median is at most so many times that of the best one is fast. */
  private static final double FAST = 1.2;

  private ColdStart() {}

  /**
   * Calls for ten seconds, with one input after another.
   *
   * @param began when the process began to open the model, by {@link System#nanoTime}
   * @param inputs how many there are
   */
  public static Result measure(long began, int inputs, CallMeasurement.Call call) throws Exception {
    long open = System.nanoTime();
    List<Double> medians = new ArrayList<>();
    double first = 0;
    int calls = 0;
    for (int second = 1; second <= SECONDS; second++) {
      List<Double> times = new ArrayList<>();
      while (System.nanoTime() - open < second * 1_000_000_000L || times.isEmpty()) {
        long begin = System.nanoTime();
        call.answer(calls++ % inputs);
        times.add((System.nanoTime() - begin) * 1e-6);
      }
      first = second == 1 ? times.getFirst() : first;
      Collections.sort(times);
      medians.add(times.get(times.size() / 2));
    }
    double limit = FAST * Collections.min(medians);
    int fast = 0;
    while (medians.get(fast) > limit) {
      fast++;
    }
    Result result = Result.of("ready-s", (open - began) * 1e-9).with("first-ms", first);
    for (int second = 0; second < SECONDS; second++) {
      result = result.with("second-%d-ms".formatted(second + 1), medians.get(second));
    }
    return result.with("slow-s", fast);
  }
}

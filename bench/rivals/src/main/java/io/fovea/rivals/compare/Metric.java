package io.fovea.rivals.compare;

import io.fovea.rivals.measure.Action;
import java.util.List;
import java.util.Locale;

/**
 * A number by which sides are compared.
 *
 * @param key its name in a result
 * @param title its name in tables
 * @param moreIsBetter true for rates, false for times
 * @param digits after the point
 * @param adjective what the better one is
 */
record Metric(String key, String title, boolean moreIsBetter, int digits, String adjective) {
  /** The most memory of a process. */
  static final Metric PEAK = new Metric("peak-MB", "peak memory in MB", false, 0, "small");

  private Metric(String key, String title, boolean moreIsBetter, int digits) {
    this(key, title, moreIsBetter, digits, "fast");
  }

  /** What an action is measured by, the most important first. */
  static List<Metric> of(Action action) {
    return switch (action) {
      case TRAIN -> List.of(new Metric("images/s", "images/s", true, 0), PEAK);
      case ONNX ->
          List.of(
              new Metric("p50-ms", "p50 in ms", false, 2),
              new Metric("images/s", "images/s", true, 1),
              PEAK,
              new Metric("steady-MB", "memory at the end in MB", false, 0, "small"));
      case COLD ->
          List.of(
              new Metric("ready-s", "s until the model is open", false, 2),
              new Metric("first-ms", "first answer in ms", false, 1),
              new Metric("second-1-ms", "second 1 in ms", false, 2),
              new Metric("second-2-ms", "second 2 in ms", false, 2),
              new Metric("second-5-ms", "second 5 in ms", false, 2),
              new Metric("second-10-ms", "second 10 in ms", false, 2),
              new Metric("slow-s", "slow seconds", false, 0));
      case LATENCY ->
          List.of(
              new Metric("p50-us", "p50 in us", false, 1),
              new Metric("p99-us", "p99 in us", false, 1));
    };
  }

  /** How many times as fast, or as small, Fovea is. */
  double lead(double fovea, double rival) {
    return moreIsBetter ? fovea / rival : rival / fovea;
  }

  String show(double value) {
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }
}

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
 */
record Metric(String key, String title, boolean moreIsBetter, int digits) {
  /** What an action is measured by, the most important first. */
  static List<Metric> of(Action action) {
    return switch (action) {
      case TRAIN, INFER -> List.of(new Metric("images/s", "images/s", true, 0));
      case EPOCH -> List.of(new Metric("seconds", "seconds", false, 2));
      case LOAD ->
          List.of(
              new Metric("answers/s", "answers/s", true, 0),
              new Metric("p50-us", "p50 in us", false, 0),
              new Metric("p99-us", "p99 in us", false, 0));
      case LATENCY ->
          List.of(
              new Metric("p50-us", "p50 in us", false, 1),
              new Metric("p99-us", "p99 in us", false, 1));
    };
  }

  /** How many times as fast Fovea is. */
  double lead(double fovea, double rival) {
    return moreIsBetter ? fovea / rival : rival / fovea;
  }

  /** A value as tables show it. */
  String show(double value) {
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }
}

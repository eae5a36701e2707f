package io.fovea.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One axis of a chart: its range and its labelled ticks.
 *
 * @param scale how values are placed and formatted
 * @param low the value at its beginning
 * @param high the value at its end, above low
 * @param ticks the labelled values, ascending
 * @param decimals decimal places of the labels; on a logarithmic axis each label has its own
 */
record Axis(Scale scale, double low, double high, List<Double> ticks, int decimals) {
  enum Scale {
    LINEAR,
    PERCENT,
    LOG
  }

  /**
   * Ticks at a step of 1, 2 or 5 times a power of ten, about as many as requested, none below
   * {@code unit}.
   */
  static Axis linear(Scale scale, double low, double high, int wanted, double unit) {
    double span = high > low ? high - low : Math.max(unit, Math.abs(high) / 10);
    double power = Math.pow(10, Math.floor(Math.log10(span / wanted)));
    double ratio = span / wanted / power;
    double step =
        Math.max(unit, power * (ratio < 1.5 ? 1 : ratio < 3.5 ? 2 : ratio < 7.5 ? 5 : 10));
    List<Double> ticks = new ArrayList<>();
    // The tolerance keeps a bound that is a tick despite rounding.
    for (double k = Math.ceil(low / step - 1e-6); k * step <= low + span + step * 1e-6; k++) {
      ticks.add(k * step + 0.0); // adding turns -0 into 0
    }
    int decimals = Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
    return new Axis(scale, low, low + span, List.copyOf(ticks), decimals);
  }

  static Axis fromZero(double high) {
    Axis inner = linear(Scale.LINEAR, 0, high > 0 ? high : 1, 4, 0);
    double step = inner.ticks().get(1);
    double end = Math.ceil(inner.high() / step - 1e-6) * step;
    return linear(Scale.LINEAR, 0, end, (int) Math.round(end / step), 0);
  }

  /** An axis of percentages from a tick to 100 %. */
  static Axis share(double low) {
    double from = Math.clamp(low, 0, 0.99);
    List<Double> ticks = linear(Scale.PERCENT, from, 1, 4, 0).ticks();
    double step = ticks.get(1) - ticks.get(0);
    double begin = Math.max(0, Math.floor(from / step + 1e-6) * step);
    return linear(Scale.PERCENT, begin, 1, (int) Math.round((1 - begin) / step), 0);
  }

  /** Ticks at powers of ten, with 2 and 5 times each if they are few. */
  static Axis log(double low, double high) {
    double decades = Math.log10(high / low);
    int[] multiples = decades > 3 ? new int[] {1} : new int[] {1, 2, 5};
    int stride = (int) Math.max(1, Math.ceil(decades / 6));
    List<Double> ticks = new ArrayList<>();
    for (int power = (int) Math.floor(Math.log10(low)); Math.pow(10, power) <= high; power++) {
      for (int multiple : multiples) {
        double tick = multiple * Math.pow(10, power);
        if (Math.floorMod(power, stride) == 0 && tick >= low && tick <= high) {
          ticks.add(tick);
        }
      }
    }
    return new Axis(Scale.LOG, low, high, List.copyOf(ticks), 0);
  }

  /**
   * The position of a value, from 0 at the beginning to 1 at the end; values outside are clamped.
   */
  double place(double value) {
    double inside = Math.clamp(value, low, high);
    return scale == Scale.LOG
        ? Math.log(inside / low) / Math.log(high / low)
        : (inside - low) / (high - low);
  }

  /**
   * The text of a value between ticks: an integer, a percentage with one decimal, or on a
   * logarithmic axis two digits.
   */
  String value(double value) {
    return switch (scale) {
      case LINEAR -> NumberFormats.count(Math.round(value));
      case PERCENT -> NumberFormats.percent(value, 1);
      case LOG -> NumberFormats.rate(value);
    };
  }

  String label(double tick) {
    return switch (scale) {
      case LINEAR -> String.format(Locale.ROOT, "%,." + decimals + "f", tick);
      case PERCENT ->
          String.format(Locale.ROOT, "%." + Math.max(0, decimals - 2) + "f\u00a0%%", tick * 100);
      case LOG -> {
        int digits = Math.max(0, (int) -Math.floor(Math.log10(tick) + 1e-9));
        yield digits > 4
            ? String.format(Locale.ROOT, "%.0e", tick)
            : String.format(Locale.ROOT, "%,." + digits + "f", tick);
      }
    };
  }
}

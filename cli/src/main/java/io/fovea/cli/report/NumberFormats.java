package io.fovea.cli.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Formats of numbers: the same in every locale, and never rounded up to 100 %. */
public final class NumberFormats {
  /** The text for a missing number. */
  static final String NONE = "\u2013";

  private NumberFormats() {}

  /** A share as a percentage, such as 98.75 %; a share below 1 never becomes 100 %. */
  static String percent(double share, int decimals) {
    if (!Double.isFinite(share)) {
      return NONE;
    }
    double scale = Math.pow(10, decimals);
    double percent = share * 100;
    if (share < 1 && Math.round(percent * scale) >= 100 * scale) {
      percent = 100 - 1 / scale;
    }
    return String.format(Locale.ROOT, "%." + decimals + "f\u00a0%%", percent);
  }

  /** The same for a terminal: with two decimals and an ASCII space. */
  public static String plainPercent(double share) {
    return percent(share, 2).replace('\u00a0', ' ');
  }

  /** An integer with thousands separators, such as 60,000. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** The same for a headline, where long numbers become millions: 23.5 million. */
  static String shortCount(long number) {
    return number < 10_000_000
        ? count(number)
        : String.format(Locale.ROOT, "%,.1f million", number / 1e6);
  }

  /** A loss: four decimals, and more for two significant digits. */
  static String loss(double loss) {
    if (!Double.isFinite(loss)) {
      return NONE;
    }
    double size = Math.abs(loss);
    if (size != 0 && size < 1e-6) {
      return String.format(Locale.ROOT, "%.1e", loss);
    }
    int decimals = size != 0 && size < 0.001 ? 1 - (int) Math.floor(Math.log10(size)) : 4;
    return String.format(Locale.ROOT, "%." + decimals + "f", loss);
  }

  /** A learning rate: two significant digits, such as 0.0028 or 1.5e-5. */
  public static String rate(double rate) {
    return rate < 1e-4
        ? String.format(Locale.ROOT, "%.1e", rate).replace("e-0", "e-")
        : new BigDecimal(rate).round(new MathContext(2)).stripTrailingZeros().toPlainString();
  }

  /** An area under a curve from 0 to 1: four decimals. */
  public static String area(double area) {
    return Double.isFinite(area) ? String.format(Locale.ROOT, "%.4f", area) : NONE;
  }

  /** A duration: 8.3 s, 2 min 05 s, 1 h 02 min. */
  static String time(double seconds) {
    if (!Double.isFinite(seconds)) {
      return NONE;
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return String.format(Locale.ROOT, seconds < 9.95 ? "%.1f\u00a0s" : "%.0f\u00a0s", seconds);
    }
    return whole < 3600
        ? String.format(Locale.ROOT, "%d\u00a0min %02d\u00a0s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d\u00a0h %02d\u00a0min", whole / 3600, whole / 60 % 60);
  }
}

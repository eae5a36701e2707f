package io.fovea.data.augment;

import io.fovea.network.RefusedException;
import io.fovea.random.RandomKey;
import java.math.BigDecimal;

/** The magnitudes of operations: checks them, writes them as text, and draws numbers within. */
final class Magnitudes {
  private Magnitudes() {}

  static void require(String operation, String what, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new RefusedException(
          "augment",
          "%s expects %s from %s to %s, got %s"
              .formatted(operation, what, text(least), text(most), text(value)),
          "");
    }
  }

  /** The name and its numbers, joined by colons. */
  static String text(String operation, double... numbers) {
    StringBuilder text = new StringBuilder(operation);
    for (double number : numbers) {
      text.append(':').append(text(number));
    }
    return text.toString();
  }

  /** A number without a needless fraction: 10, 0.1. */
  static String text(double number) {
    return Double.isFinite(number)
        ? BigDecimal.valueOf(number).stripTrailingZeros().toPlainString()
        : Double.toString(number);
  }

  static int whole(RandomKey key, long index, int limit) {
    return key.below(2 * limit + 1, index) - limit;
  }

  static double between(RandomKey key, long index, double limit) {
    return (2 * key.uniform(index) - 1) * limit;
  }
}

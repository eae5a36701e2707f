package io.fovea.range;

/** Refuses numbers outside of a range, with one sentence for each kind of range. */
public final class Ranges {
  private Ranges() {}

  /** The value itself, if it is 1 or more. */
  public static int atLeastOne(String what, int value) {
    require(value >= 1, what, "at least 1", value);
    return value;
  }

  /** Expects a whole number within limits, which belong to the range. */
  public static void whole(String what, int value, int least, int most) {
    String range = "a whole number from %d to %d".formatted(least, most);
    require(value >= least && value <= most, what, range, value);
  }

  /** Expects a finite number above 0. */
  public static void positive(String what, Number value) {
    double x = value.doubleValue();
    require(x > 0 && x < Double.POSITIVE_INFINITY, what, "a number above 0", value);
  }

  /** Expects a finite number, 0 or more. */
  public static void notNegative(String what, Number value) {
    double x = value.doubleValue();
    require(x >= 0 && x < Double.POSITIVE_INFINITY, what, "a number from 0 up", value);
  }

  /** Expects a share of a whole that is not all of it. */
  public static void share(String what, Number value) {
    double x = value.doubleValue();
    require(x >= 0 && x < 1, what, "from 0 to below 1", value);
  }

  private static void require(boolean isInside, String what, String range, Number value) {
    if (!isInside) {
      throw new IllegalArgumentException(what + " must be " + range + ", got " + value);
    }
  }
}

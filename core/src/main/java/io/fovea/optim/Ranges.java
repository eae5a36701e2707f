package io.fovea.optim;

/** Checks that the optimisers share. */
final class Ranges {
  private Ranges() {}

  static void learningRate(String optimizer, float value) {
    if (!(value > 0 && value < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          optimizer + ": learning rate must be a number above 0, got " + value);
    }
  }

  static void share(String what, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(what + " must be from 0 to below 1, got " + value);
    }
  }

  static void notNegative(String what, float value) {
    if (!(value >= 0 && value < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(what + " must be a number from 0 up, got " + value);
    }
  }
}

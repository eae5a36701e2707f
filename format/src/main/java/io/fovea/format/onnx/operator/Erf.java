package io.fovea.format.onnx.operator;

/**
 * erf(x) = 2/sqrt(pi) * integral of e^(-t^2) from 0 to x, to about 1e-15: its power series near
 * zero (Abramowitz and Stegun, 7.1.6), the continued fraction of erfc beyond (7.1.14).
 */
final class Erf {
  /** The limit between the two expressions, both of which are accurate here. */
  private static final double NEAR = 2.5;

  /** Beyond this erf is 1 in double. */
  private static final double FAR = 6;

  private Erf() {}

  static double erf(double x) {
    double size = Math.abs(x);
    if (size >= FAR) {
      return Math.signum(x);
    }
    if (size < NEAR || Double.isNaN(x)) {
      return series(x);
    }
    return Math.signum(x) * (1 - Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction(size)));
  }

  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /** x + (1/2)/(x + 1/(x + (3/2)/(x + ...))). */
  private static double fraction(double x) {
    double value = x;
    for (int n = 60; n > 0; n--) {
      value = x + n / 2.0 / value;
    }
    return value;
  }
}

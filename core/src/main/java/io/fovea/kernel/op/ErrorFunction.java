package io.fovea.kernel.op;

/**
 * The error function, 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x, from the series
 * without alternating signs (Abramowitz and Stegun, "Handbook of mathematical functions", 7.1.6):
 *
 * <pre>
 * erf(x) = 2 / sqrt(pi) * e^(-x^2) * sum over n of 2^n * x^(2n+1) / (1 * 3 * 5 * ... * (2n+1))
 * </pre>
 *
 * All terms have one sign, so that nothing cancels; some hundred of them at most.
 */
final class ErrorFunction {
  /** From here on erf is 1 to the last bit of a double. */
  private static final double ONE = 6;

  private ErrorFunction() {}

  static double erf(double x) {
    if (!(Math.abs(x) < ONE)) {
      return Math.signum(x); // and NaN for NaN
    }
    double term = x;
    double sum = x;
    for (int n = 1; sum + term != sum; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * StrictMath.exp(-x * x) * sum;
  }
}

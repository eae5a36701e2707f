package io.fovea.kernel.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.tensor.Tensor;
import java.util.Arrays;

/**
 * How far a float result may lie from the exact one.
 *
 * <p>Let u = 2^-24, the relative error of one rounding to float, and y = b + sum of x_i * w_i over
 * {@code terms} terms. To first order, a product suffers at most
 *
 * <ul>
 *   <li>2 u, from rounding x_i and w_i to float, where they were doubles before;
 *   <li>terms * u in a chain of fused multiply-adds that begins with b, one rounding a term; where
 *       the sum is cut into lanes, pieces or accumulators and b is added at the end, a product
 *       passes through fewer additions than the whole chain has, and through that last one. Adding
 *       zeros rounds nothing. So never more than (terms + 1) * u.
 * </ul>
 *
 * <pre>|y - exact| <= (terms + 3) * 2^-24 * sum |x_i * w_i|</pre>
 *
 * The chain leaves one u for the second order, terms^2 * u^2 / 2, which is smaller below 5,700
 * terms; cut sums of that length have paths of a fraction of it. A sum in double that is rounded
 * once has an error of 3 u at most.
 *
 * <p>The magnitudes, sum |x_i * w_i|, come from the reference in double on absolute values.
 */
public final class Bound {
  /** u. */
  public static final double UNIT = 0x1.0p-24;

  private Bound() {}

  /** A tensor's values in memory order, as a copy. */
  public static float[] memory(Tensor tensor) {
    return Arrays.copyOfRange(tensor.array(), tensor.offset(), tensor.offset() + tensor.elements());
  }

  /** Every element within the bound of the expected one. */
  public static void assertWithin(
      String what, float[] actual, double[] expected, double[] magnitudes, long terms) {
    assertWithinRoundings(what, actual, expected, magnitudes, terms + 3);
  }

  /**
   * Requires every element within {@code roundings} * 2^-24 times its magnitude of the expected
   * one.
   */
  public static void assertWithinRoundings(
      String what, float[] actual, double[] expected, double[] magnitudes, long roundings) {
    assertThat(actual.length).as(what + ": elements").isEqualTo(expected.length);
    for (int i = 0; i < actual.length; i++) {
      double bound = roundings * UNIT * magnitudes[i];
      if (!(Math.abs(actual[i] - expected[i]) <= bound)) {
        assertThat((double) actual[i])
            .as("%s[%d]: within %s", what, i, bound)
            .isEqualTo(expected[i]);
      }
    }
  }

  /** Requires every element within {@code tolerance} times the largest expected one. */
  public static void assertClose(
      String what, double[] actual, double[] expected, double tolerance) {
    assertThat(actual.length).as(what + ": elements").isEqualTo(expected.length);
    double largest = 0;
    for (double value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < actual.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= tolerance * largest)) {
        assertThat(actual[i])
            .as("%s[%d]: within %s of the largest, %s", what, i, tolerance, largest)
            .isEqualTo(expected[i]);
      }
    }
  }

  /** |actual - expected| / |expected|, both lengths Euclidean. */
  public static double relativeL2(float[] actual, double[] expected) {
    double error = 0;
    double length = 0;
    for (int i = 0; i < expected.length; i++) {
      error += (actual[i] - expected[i]) * (actual[i] - expected[i]);
      length += expected[i] * expected[i];
    }
    return Math.sqrt(error / length);
  }

  /** Every element of the same bits, any NaN equal to any NaN, -0 different from 0. */
  public static void assertSameBits(String what, float[] actual, float[] expected) {
    assertThat(actual.length).as(what + ": elements").isEqualTo(expected.length);
    for (int i = 0; i < actual.length; i++) {
      if (Float.floatToIntBits(actual[i]) != Float.floatToIntBits(expected[i])) {
        assertThat(actual[i]).as("%s[%d]", what, i).isEqualTo(expected[i]);
      }
    }
  }

  /** |v| of each element. */
  public static double[] absolute(double[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = Math.abs(values[i]);
    }
    return result;
  }

  public static float[] narrow(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }

  public static double[] widen(float[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i];
    }
    return result;
  }
}

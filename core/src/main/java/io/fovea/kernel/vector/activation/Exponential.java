package io.fovea.kernel.vector.activation;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * e^x and e^x - 1 of numbers that are not positive, for the smooth activations. With x = n * ln 2 +
 * r, n an integer and |r| at most ln(2) / 2,
 *
 * <pre>
 * e^x = 2^n * (1 + p),   p = e^r - 1 = r + r^2 * (1/2! + r/3! + ... + r^5/7!)
 * </pre>
 *
 * where the series ends at a relative error of 6e-9, a tenth of a rounding (Cody and Waite,
 * "Software manual for the elementary functions", 1980, chapter 6: ln 2 in two parts, so that r
 * keeps its bits). Within 2 units in the last place. The JDK's vector exponential is not used: on
 * some machines it is a native library, so bits would depend on the machine.
 */
final class Exponential {
  /** Below this e^x is less than the smallest normal float, and becomes 0. */
  private static final float LEAST = -87.3f;

  private static final float LOG2_E = (float) (1 / StrictMath.log(2));
  private static final float LN2_HIGH = 355 / 512f; // few bits, so that n times it is exact
  private static final float LN2_LOW = (float) (StrictMath.log(2) - LN2_HIGH);

  /** 1.5 * 2^23: added to a small number, its last bits are the nearest integer. */
  private static final float ROUND = 12_582_912f;

  private static final float C2 = 1 / 2f;
  private static final float C3 = 1 / 6f;
  private static final float C4 = 1 / 24f;
  private static final float C5 = 1 / 120f;
  private static final float C6 = 1 / 720f;
  private static final float C7 = 1 / 5040f;

  private Exponential() {}

  /** e^x. */
  static FloatVector of(FloatVector x) {
    FloatVector least = atLeast(x);
    // The sum is rounded to an integer, which its last bits then hold.
    FloatVector shifted = least.mul(LOG2_E).add(ROUND);
    FloatVector power = power(shifted);
    return power.fma(series(least, shifted), power).blend(0, x.compare(VectorOperators.LT, LEAST));
  }

  /** e^x - 1, to the last bits where x is close to 0. */
  static FloatVector minusOne(FloatVector x) {
    FloatVector least = atLeast(x);
    FloatVector shifted = least.mul(LOG2_E).add(ROUND);
    FloatVector power = power(shifted);
    return power.fma(series(least, shifted), power.sub(1));
  }

  private static FloatVector atLeast(FloatVector x) {
    return x.blend(LEAST, x.compare(VectorOperators.LT, LEAST));
  }

  /** 2^n. */
  private static FloatVector power(FloatVector shifted) {
    // The last 9 bits are n; 23 bits higher they are the exponent, without its bias of 127.
    IntVector bits = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return bits.add(127 << 23).reinterpretAsFloats();
  }

  /** p. */
  private static FloatVector series(FloatVector x, FloatVector shifted) {
    FloatVector n = shifted.sub(ROUND);
    // n times the first part of ln 2 is exact, so r keeps its bits.
    FloatVector r = n.lanewise(VectorOperators.FMA, -LN2_HIGH, x);
    r = n.lanewise(VectorOperators.FMA, -LN2_LOW, r);
    FloatVector q = r.lanewise(VectorOperators.FMA, C7, C6);
    q = q.fma(r, FloatVector.broadcast(SPECIES, C5));
    q = q.fma(r, FloatVector.broadcast(SPECIES, C4));
    q = q.fma(r, FloatVector.broadcast(SPECIES, C3));
    q = q.fma(r, FloatVector.broadcast(SPECIES, C2));
    return q.mul(r).fma(r, r);
  }
}

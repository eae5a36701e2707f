package io.fovea.kernel.vector.activation;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.vector.machine.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * e^x and e^x - 1 of numbers that are not positive, in place, in full vectors, for the smooth
 * activations. With x = n * ln 2 + r, n an integer and |r| at most ln(2) / 2,
 *
 * <pre>
 * e^x = 2^n * (1 + p),   p = e^r - 1 = r + r^2 * (1/2! + r/3! + ... + r^5/7!)
 * </pre>
 *
 * where the series ends at a relative error of 6e-9, a tenth of a rounding (Cody and Waite,
 * "Software manual for the elementary functions", 1980, chapter 6: ln 2 in two parts, so that r
 * keeps its bits). Within 2 units in the last place. The JDK's vector exponential is not used: on
 * some machines it is a native library, so bits would depend on more than the vector width.
 */
final class Exponential {
  /** Below this e^x is less than the smallest normal float, and becomes 0. */
  private static final float LEAST = -87.3f;

  private static final float LOG2_E = (float) (1 / Math.log(2));
  private static final float LN2_HIGH = 355 / 512f; // few bits, so that n times it is exact
  private static final float LN2_LOW = (float) (Math.log(2) - LN2_HIGH);

  /** 1.5 * 2^23: added to a small number, its last bits are the nearest integer. */
  private static final float ROUND = 12_582_912f;

  private static final float C2 = 1 / 2f;
  private static final float C3 = 1 / 6f;
  private static final float C4 = 1 / 24f;
  private static final float C5 = 1 / 120f;
  private static final float C6 = 1 / 720f;
  private static final float C7 = 1 / 5040f;

  private Exponential() {}

  /**
   * t = e^t.
   *
   * @param length a multiple of L
   */
  static void of(float[] t, int at, int length) {
    for (int i = at; i < at + length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, t, i);
      FloatVector shifted = x.max(LEAST).mul(LOG2_E).add(ROUND);
      FloatVector n = shifted.sub(ROUND);
      FloatVector r = n.lanewise(VectorOperators.FMA, -LN2_HIGH, x.max(LEAST));
      r = n.lanewise(VectorOperators.FMA, -LN2_LOW, r);
      FloatVector q = r.lanewise(VectorOperators.FMA, C7, C6);
      q = q.fma(r, FloatVector.broadcast(SPECIES, C5));
      q = q.fma(r, FloatVector.broadcast(SPECIES, C4));
      q = q.fma(r, FloatVector.broadcast(SPECIES, C3));
      q = q.fma(r, FloatVector.broadcast(SPECIES, C2));
      FloatVector p = q.mul(r).fma(r, r);
      IntVector bits = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
      FloatVector power = bits.add(127 << 23).reinterpretAsFloats();
      power.fma(p, power).blend(0, x.compare(VectorOperators.LT, LEAST)).intoArray(t, i);
    }
  }

  /**
   * t = e^t - 1, to the last bits where t is close to 0.
   *
   * @param length a multiple of L
   */
  static void minusOne(float[] t, int at, int length) {
    for (int i = at; i < at + length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, t, i).max(LEAST);
      FloatVector shifted = x.mul(LOG2_E).add(ROUND);
      FloatVector n = shifted.sub(ROUND);
      FloatVector r = n.lanewise(VectorOperators.FMA, -LN2_HIGH, x);
      r = n.lanewise(VectorOperators.FMA, -LN2_LOW, r);
      FloatVector q = r.lanewise(VectorOperators.FMA, C7, C6);
      q = q.fma(r, FloatVector.broadcast(SPECIES, C5));
      q = q.fma(r, FloatVector.broadcast(SPECIES, C4));
      q = q.fma(r, FloatVector.broadcast(SPECIES, C3));
      q = q.fma(r, FloatVector.broadcast(SPECIES, C2));
      FloatVector p = q.mul(r).fma(r, r);
      IntVector bits = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
      FloatVector power = bits.add(127 << 23).reinterpretAsFloats();
      power.fma(p, power.sub(1)).intoArray(t, i);
    }
  }
}

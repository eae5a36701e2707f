package io.fovea.kernel.vector.activation;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * log(1 + t) of numbers from 0 to 1: with z = t / (t + 2), at most 1/3,
 *
 * <pre>
 * log(1 + t) = 2 atanh(z) = 2 (z + z^3/3 + z^5/5 + ... + z^15/15)
 * </pre>
 *
 * where the series ends at a relative error of 1.5e-9, a fortieth of a rounding (Abramowitz and
 * Stegun, 4.1.29). Small t keep their last bits, because t is not added to 1.
 */
final class Logarithm {
  private static final float C3 = 1 / 3f;
  private static final float C5 = 1 / 5f;
  private static final float C7 = 1 / 7f;
  private static final float C9 = 1 / 9f;
  private static final float C11 = 1 / 11f;
  private static final float C13 = 1 / 13f;
  private static final float C15 = 1 / 15f;

  private Logarithm() {}

  /** log(1 + x). */
  static FloatVector ofOnePlus(FloatVector x) {
    FloatVector z = x.div(x.add(2));
    FloatVector square = z.mul(z);
    FloatVector p = square.mul(C15).add(C13);
    p = p.fma(square, FloatVector.broadcast(SPECIES, C11));
    p = p.fma(square, FloatVector.broadcast(SPECIES, C9));
    p = p.fma(square, FloatVector.broadcast(SPECIES, C7));
    p = p.fma(square, FloatVector.broadcast(SPECIES, C5));
    p = p.fma(square, FloatVector.broadcast(SPECIES, C3));
    FloatVector twice = z.add(z);
    return twice.mul(square).fma(p, twice);
  }
}

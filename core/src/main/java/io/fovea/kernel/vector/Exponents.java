package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** What the activations raise e to; never positive. Lengths are multiples of L. */
final class Exponents {
  private Exponents() {}

  /** t = factor * |x|. */
  static void distance(float[] t, float[] x, float factor, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector.fromArray(SPECIES, x, i)
          .lanewise(VectorOperators.ABS)
          .mul(factor)
          .intoArray(t, i);
    }
  }

  /** t = -x^2 / 2. */
  static void halfSquare(float[] t, float[] x, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, i);
      a.mul(-0.5f).mul(a).intoArray(t, i);
    }
  }

  /** t = min(x, 0). */
  static void negativePart(float[] t, float[] x, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector.fromArray(SPECIES, x, i).min(0).intoArray(t, i);
    }
  }
}

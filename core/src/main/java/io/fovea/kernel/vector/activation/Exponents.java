package io.fovea.kernel.vector.activation;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.vector.machine.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The exponents of e for the activations; never positive. Lengths are multiples of L. */
final class Exponents {
  /** Beyond this |x| the tails of GELU are 0 in float; a limit also keeps x^3 from overflowing. */
  static final float FAR = 20;

  /** The coefficient of x in 2u, u = sqrt(2/pi) * (x + 0.044715 * x^3). */
  static final float LINE = (float) (2 * Math.sqrt(2 / Math.PI));

  /** The coefficient of x^3 in 2u. */
  static final float CUBE = (float) (2 * Math.sqrt(2 / Math.PI) * 0.044715);

  private Exponents() {}

  /** t = -|2u|. */
  static void geluByTanh(float[] t, float[] x, int xAt, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector a =
          FloatVector.fromArray(SPECIES, x, xAt + i).lanewise(VectorOperators.ABS).min(FAR);
      a.mul(a).lanewise(VectorOperators.FMA, CUBE, LINE).mul(a).neg().intoArray(t, i);
    }
  }

  /** t = factor * |x|. */
  static void distance(float[] t, float[] x, int xAt, float factor, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector.fromArray(SPECIES, x, xAt + i)
          .lanewise(VectorOperators.ABS)
          .mul(factor)
          .intoArray(t, i);
    }
  }

  /** t = -x^2 / 2. */
  static void halfSquare(float[] t, float[] x, int xAt, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, xAt + i);
      a.mul(-0.5f).mul(a).intoArray(t, i);
    }
  }

  /** t = min(x, 0). */
  static void negativePart(float[] t, float[] x, int xAt, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector.fromArray(SPECIES, x, xAt + i).min(0).intoArray(t, i);
    }
  }
}

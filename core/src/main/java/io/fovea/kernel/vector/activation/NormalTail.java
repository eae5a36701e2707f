package io.fovea.kernel.vector.activation;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Phi(x), the normal distribution function, in float: for a = |x|,
 *
 * <pre>
 * Phi(-a) = e^(-a^2/2) * k * P(k),   k = 1 / (1 + 0.34 * a),   Phi(a) = 1 - Phi(-a)
 * </pre>
 *
 * The form is Hastings' ("Approximations for digital computers", 1955; Abramowitz and Stegun,
 * 26.2.17), with a polynomial of degree 8 that was fitted for the least relative error over 0 to
 * 14, beyond which Phi(-a) underflows in float: 3e-8 before rounding, half a unit in the last
 * place.
 */
final class NormalTail {
  private static final float K = 0.34f;
  private static final float P0 = 0.1356205f;
  private static final float P1 = 0.13611221f;
  private static final float P2 = 0.11519757f;
  private static final float P3 = 0.11535956f;
  private static final float P4 = -0.044719532f;
  private static final float P5 = 0.20218445f;
  private static final float P6 = -0.27313447f;
  private static final float P7 = 0.13950042f;
  private static final float P8 = -0.026120683f;

  private NormalTail() {}

  /**
   * Phi(x).
   *
   * @param density e^(-x^2/2)
   */
  static FloatVector probability(FloatVector x, FloatVector density) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    FloatVector a = x.lanewise(VectorOperators.ABS);
    FloatVector k = one.div(a.lanewise(VectorOperators.FMA, K, 1f));
    FloatVector p = k.lanewise(VectorOperators.FMA, P8, P7);
    p = p.fma(k, FloatVector.broadcast(SPECIES, P6));
    p = p.fma(k, FloatVector.broadcast(SPECIES, P5));
    p = p.fma(k, FloatVector.broadcast(SPECIES, P4));
    p = p.fma(k, FloatVector.broadcast(SPECIES, P3));
    p = p.fma(k, FloatVector.broadcast(SPECIES, P2));
    p = p.fma(k, FloatVector.broadcast(SPECIES, P1));
    p = p.fma(k, FloatVector.broadcast(SPECIES, P0));
    FloatVector tail = p.mul(k).mul(density);
    return tail.blend(one.sub(tail), x.compare(VectorOperators.GT, 0));
  }
}

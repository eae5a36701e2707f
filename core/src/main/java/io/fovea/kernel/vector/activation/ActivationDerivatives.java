package io.fovea.kernel.vector.activation;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.vector.machine.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * d = d * f'(x) in whole vectors, where t holds what f' needs of e^x. Lengths are multiples of L.
 */
final class ActivationDerivatives {
  private static final float DENSITY = (float) (1 / Math.sqrt(2 * Math.PI));

  private ActivationDerivatives() {}

  static void leaky(float[] d, float[] x, float slope, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector dy = FloatVector.fromArray(SPECIES, d, i);
      VectorMask<Float> positive =
          FloatVector.fromArray(SPECIES, x, i).compare(VectorOperators.GT, 0);
      dy.mul(slope).blend(dy, positive).intoArray(d, i);
    }
  }

  /** With t = e^min(x, 0). */
  static void elu(float[] d, float[] x, float[] t, float alpha, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector dy = FloatVector.fromArray(SPECIES, d, i);
      VectorMask<Float> positive =
          FloatVector.fromArray(SPECIES, x, i).compare(VectorOperators.GT, 0);
      FloatVector slope = FloatVector.fromArray(SPECIES, t, i).mul(alpha);
      dy.mul(slope).blend(dy, positive).intoArray(d, i);
    }
  }

  /** Phi(x) + x * phi(x), with t = e^(-x^2/2); Phi(x) goes to share. */
  static void gelu(float[] d, float[] x, float[] t, float[] share, int length) {
    System.arraycopy(t, 0, share, 0, length);
    NormalTail.probabilities(share, x, length);
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector density = FloatVector.fromArray(SPECIES, t, i).mul(DENSITY);
      FloatVector slope =
          density.fma(
              FloatVector.fromArray(SPECIES, x, i), FloatVector.fromArray(SPECIES, share, i));
      FloatVector.fromArray(SPECIES, d, i).mul(slope).intoArray(d, i);
    }
  }

  /** s * (1 + x * (1 - s)), with t = e^-|x|; 1 - s is the sigmoid of -x. */
  static void silu(float[] d, float[] x, float[] t, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, i);
      FloatVector e = FloatVector.fromArray(SPECIES, t, i);
      FloatVector one = FloatVector.broadcast(SPECIES, 1);
      FloatVector half = one.div(e.add(1));
      VectorMask<Float> negative = a.compare(VectorOperators.LT, 0);
      FloatVector s = half.mul(one.blend(e, negative));
      FloatVector rest = half.mul(e.blend(one, negative));
      FloatVector slope = a.mul(rest).fma(s, s);
      FloatVector.fromArray(SPECIES, d, i).mul(slope).intoArray(d, i);
    }
  }

  /**
   * factor * t / (1 + t)^2: the sigmoid's derivative with t = e^-|x| and factor 1, that of tanh
   * with t = e^(-2|x|) and factor 4. Nothing cancels.
   */
  static void bell(float[] d, float[] t, float factor, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector e = FloatVector.fromArray(SPECIES, t, i);
      FloatVector sum = e.add(1);
      FloatVector slope = e.mul(factor).div(sum.mul(sum));
      FloatVector.fromArray(SPECIES, d, i).mul(slope).intoArray(d, i);
    }
  }

  static void clip(float[] d, float[] x, float low, float high, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, i);
      VectorMask<Float> inside =
          a.compare(VectorOperators.GE, low).and(a.compare(VectorOperators.LE, high));
      FloatVector.zero(SPECIES).blend(FloatVector.fromArray(SPECIES, d, i), inside).intoArray(d, i);
    }
  }

  static void hardSigmoid(float[] d, float[] x, float alpha, float beta, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector line =
          FloatVector.fromArray(SPECIES, x, i).lanewise(VectorOperators.FMA, alpha, beta);
      VectorMask<Float> inside =
          line.compare(VectorOperators.GT, 0).and(line.compare(VectorOperators.LT, 1));
      FloatVector slope = FloatVector.fromArray(SPECIES, d, i).mul(alpha);
      FloatVector.zero(SPECIES).blend(slope, inside).intoArray(d, i);
    }
  }

  static void hardSwish(float[] d, float[] x, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, i);
      FloatVector slope = a.mul(1 / 3f).add(0.5f);
      slope = slope.blend(0, a.compare(VectorOperators.LE, -3));
      slope = slope.blend(1, a.compare(VectorOperators.GE, 3));
      FloatVector.fromArray(SPECIES, d, i).mul(slope).intoArray(d, i);
    }
  }

  /** With t = e^min(x, 0); below is gamma * alpha. */
  static void selu(float[] d, float[] x, float[] t, float below, float gamma, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      VectorMask<Float> positive =
          FloatVector.fromArray(SPECIES, x, i).compare(VectorOperators.GT, 0);
      FloatVector slope = FloatVector.fromArray(SPECIES, t, i).mul(below).blend(gamma, positive);
      FloatVector.fromArray(SPECIES, d, i).mul(slope).intoArray(d, i);
    }
  }

  /** The sigmoid, with t = e^-|x|. */
  static void softplus(float[] d, float[] x, float[] t, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector e = FloatVector.fromArray(SPECIES, t, i);
      VectorMask<Float> negative =
          FloatVector.fromArray(SPECIES, x, i).compare(VectorOperators.LT, 0);
      FloatVector slope = FloatVector.broadcast(SPECIES, 1).blend(e, negative).div(e.add(1));
      FloatVector.fromArray(SPECIES, d, i).mul(slope).intoArray(d, i);
    }
  }

  /**
   * w + x * 4n(1 + n) / (n^2 + 2n + 2)^2 with n = e^x and t = e^-|x|; on the positive side all is
   * divided by powers of n.
   */
  static void mish(float[] d, float[] x, float[] t, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, i);
      FloatVector e = FloatVector.fromArray(SPECIES, t, i);
      VectorMask<Float> negative = a.compare(VectorOperators.LT, 0);
      FloatVector above = e.add(e).add(1).blend(e.mul(e.add(2)), negative);
      FloatVector rest = e.mul(e).mul(2).blend(2, negative);
      FloatVector whole = above.add(rest);
      FloatVector bell = e.mul(e).blend(e, negative).mul(e.add(1)).mul(4);
      FloatVector slope = a.mul(bell.div(whole.mul(whole))).add(above.div(whole));
      FloatVector.fromArray(SPECIES, d, i).mul(slope).intoArray(d, i);
    }
  }

  /** s * (1 + x * (1 - s) * 2u'), with t = e^-|2u|; x near enough that 0 * infinity is not met. */
  static void geluByTanh(float[] d, float[] x, float[] t, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, i).max(-Exponents.FAR).min(Exponents.FAR);
      FloatVector e = FloatVector.fromArray(SPECIES, t, i);
      FloatVector one = FloatVector.broadcast(SPECIES, 1);
      FloatVector half = one.div(e.add(1));
      VectorMask<Float> negative = a.compare(VectorOperators.LT, 0);
      FloatVector s = half.mul(one.blend(e, negative));
      FloatVector rest = half.mul(e.blend(one, negative));
      FloatVector bend = a.mul(a).lanewise(VectorOperators.FMA, 3 * Exponents.CUBE, Exponents.LINE);
      FloatVector slope = a.mul(bend).mul(rest).fma(s, s);
      FloatVector.fromArray(SPECIES, d, i).mul(slope).intoArray(d, i);
    }
  }
}

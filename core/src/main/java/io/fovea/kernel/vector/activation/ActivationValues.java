package io.fovea.kernel.vector.activation;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.Activation;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.machine.Rectifier;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** a = f(a) in whole vectors, where t holds what f needs of e^a. Lengths are multiples of L. */
final class ActivationValues {
  private ActivationValues() {}

  /** a = f(a). */
  static void of(Activation f, float[] a, float[] t, int length) {
    switch (f) {
      case Activation.Relu relu -> Rectifier.rectify(a, 0, a, 0, length);
      case Activation.LeakyRelu leaky -> leaky(a, (float) leaky.slope(), length);
      case Activation.Elu elu -> {
        Exponents.negativePart(t, a, length);
        Exponential.minusOne(t, 0, length);
        elu(a, t, (float) elu.alpha(), length);
      }
      case Activation.Gelu gelu -> {
        Exponents.halfSquare(t, a, length);
        Exponential.of(t, 0, length);
        gelu(a, t, length);
      }
      case Activation.Clip clip -> clip(a, (float) clip.low(), (float) clip.high(), length);
      case Activation.HardSigmoid hard ->
          hardSigmoid(a, (float) hard.alpha(), (float) hard.beta(), length);
      case Activation.HardSwish hard -> hardSwish(a, length);
      case Activation.Selu selu -> {
        Exponents.negativePart(t, a, length);
        Exponential.minusOne(t, 0, length);
        float below = (float) (selu.gamma() * selu.alpha());
        selu(a, t, below, (float) selu.gamma(), length);
      }
      case Activation.Softplus softplus -> {
        Exponents.distance(t, a, -1, length);
        Exponential.of(t, 0, length);
        Logarithm.ofOnePlus(t, length);
        softplus(a, t, length);
      }
      case Activation.Mish mish -> {
        Exponents.distance(t, a, -1, length);
        Exponential.of(t, 0, length);
        mish(a, t, length);
      }
      case Activation.GeluByTanh gelu -> {
        Exponents.geluByTanh(t, a, length);
        Exponential.of(t, 0, length);
        silu(a, t, length);
      }
      case Activation.Silu silu -> {
        Exponents.distance(t, a, -1, length);
        Exponential.of(t, 0, length);
        silu(a, t, length);
      }
      case Activation.Sigmoid sigmoid -> {
        Exponents.distance(t, a, -1, length);
        Exponential.of(t, 0, length);
        sigmoid(a, t, length);
      }
      case Activation.Tanh tanh -> {
        Exponents.distance(t, a, -2, length);
        Exponential.minusOne(t, 0, length);
        tanh(a, t, length);
      }
    }
  }

  static void leaky(float[] a, float slope, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, i);
      x.mul(slope).blend(x, x.compare(VectorOperators.GT, 0)).intoArray(a, i);
    }
  }

  /** With t = e^min(x, 0) - 1. */
  static void elu(float[] a, float[] t, float alpha, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, i);
      FloatVector negative = FloatVector.fromArray(SPECIES, t, i).mul(alpha);
      negative.blend(x, x.compare(VectorOperators.GT, 0)).intoArray(a, i);
    }
  }

  /** x * Phi(x), with t = e^(-x^2/2). */
  static void gelu(float[] a, float[] t, int length) {
    NormalTail.probabilities(t, a, length);
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, i);
      x.mul(FloatVector.fromArray(SPECIES, t, i)).intoArray(a, i);
    }
  }

  /** With t = e^-|x|: s = 1 / (1 + t), or t / (1 + t) on the negative side. */
  static void sigmoid(float[] a, float[] t, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, i);
      FloatVector e = FloatVector.fromArray(SPECIES, t, i);
      VectorMask<Float> negative = x.compare(VectorOperators.LT, 0);
      FloatVector above = FloatVector.broadcast(SPECIES, 1).blend(e, negative);
      above.div(e.add(1)).intoArray(a, i);
    }
  }

  /** x times the above. */
  static void silu(float[] a, float[] t, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, i);
      FloatVector e = FloatVector.fromArray(SPECIES, t, i);
      VectorMask<Float> negative = x.compare(VectorOperators.LT, 0);
      FloatVector above = FloatVector.broadcast(SPECIES, 1).blend(e, negative);
      above.div(e.add(1)).mul(x).intoArray(a, i);
    }
  }

  /** With t = e^(-2|x|) - 1: |y| = -t / (2 + t), and y has the sign of x. */
  static void tanh(float[] a, float[] t, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, i);
      FloatVector e = FloatVector.fromArray(SPECIES, t, i);
      FloatVector y = e.neg().div(e.add(2));
      y.blend(y.neg(), x.compare(VectorOperators.LT, 0)).intoArray(a, i);
    }
  }

  /** min(max(x, low), high). */
  static void clip(float[] a, float low, float high, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector.fromArray(SPECIES, a, i).max(low).min(high).intoArray(a, i);
    }
  }

  static void hardSigmoid(float[] a, float alpha, float beta, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector line =
          FloatVector.fromArray(SPECIES, a, i).lanewise(VectorOperators.FMA, alpha, beta);
      line.max(0).min(1).intoArray(a, i);
    }
  }

  static void hardSwish(float[] a, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, i);
      x.mul(x.add(3).max(0).min(6).mul(1 / 6f)).intoArray(a, i);
    }
  }

  /** With t = e^min(x, 0) - 1; below is gamma * alpha. */
  static void selu(float[] a, float[] t, float below, float gamma, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, i);
      FloatVector negative = FloatVector.fromArray(SPECIES, t, i).mul(below);
      negative.blend(x.mul(gamma), x.compare(VectorOperators.GT, 0)).intoArray(a, i);
    }
  }

  /** With t = log(1 + e^-|x|): max(x, 0) + t. */
  static void softplus(float[] a, float[] t, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, i);
      x.max(0).add(FloatVector.fromArray(SPECIES, t, i)).intoArray(a, i);
    }
  }

  /**
   * x * w with t = e^-|x|. With n = e^x, w = (n^2 + 2n) / (n^2 + 2n + 2): no logarithm, and no
   * overflow where both are divided by n^2 on the positive side.
   */
  static void mish(float[] a, float[] t, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, i);
      FloatVector e = FloatVector.fromArray(SPECIES, t, i);
      VectorMask<Float> negative = x.compare(VectorOperators.LT, 0);
      FloatVector above = e.add(e).add(1).blend(e.mul(e.add(2)), negative);
      FloatVector rest = e.mul(e).mul(2).blend(2, negative);
      above.div(above.add(rest)).mul(x).intoArray(a, i);
    }
  }
}

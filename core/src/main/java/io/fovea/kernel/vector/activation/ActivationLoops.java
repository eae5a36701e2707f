package io.fovea.kernel.vector.activation;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.op.Activation;
import io.fovea.kernel.vector.machine.ClampLoops;
import io.fovea.kernel.vector.machine.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Each activation and its derivative, in full vectors: a = f(a), and d = d * f'(a); t holds the
 * exponentials that they need. Lengths are multiples of L.
 */
final class ActivationLoops {
  private ActivationLoops() {}

  /** t = e^u for the u of smooth activations; values and derivatives need the same. */
  private static void raise(Activation f, float[] t, float[] a, int length) {
    switch (f) {
      case Activation.Gelu _ -> Exponents.halfSquare(t, a, length);
      case Activation.GeluByTanh _ -> Exponents.geluByTanh(t, a, length);
      case Activation.Silu _, Activation.Mish _, Activation.Softplus _, Activation.Sigmoid _ ->
          Exponents.distance(t, a, -1, length);
      default -> {
        return;
      }
    }
    Exponential.of(t, 0, length);
  }

  /** a = f(a). */
  static void value(Activation f, float[] a, float[] t, int length) {
    raise(f, t, a, length);
    switch (f) {
      case Activation.Relu _ -> ClampLoops.relu(a, 0, a, 0, length);
      case Activation.LeakyRelu leaky -> leaky(a, (float) leaky.slope(), length);
      case Activation.Elu elu -> selu(a, t, (float) elu.alpha(), 1, length);
      case Activation.Gelu _ -> gelu(a, t, length);
      case Activation.Clip clip ->
          ClampLoops.clamp(a, 0, a, 0, length, (float) clip.low(), (float) clip.high());
      case Activation.HardSigmoid hard ->
          hardSigmoid(a, (float) hard.alpha(), (float) hard.beta(), length);
      case Activation.HardSwish _ -> hardSwish(a, length);
      case Activation.Selu selu ->
          selu(a, t, (float) (selu.gamma() * selu.alpha()), (float) selu.gamma(), length);
      case Activation.Softplus _ -> softplus(a, t, length);
      case Activation.Mish _ -> mish(a, t, length);
      case Activation.GeluByTanh _ -> silu(a, t, length);
      case Activation.Silu _ -> silu(a, t, length);
      case Activation.Sigmoid _ -> sigmoid(a, t, length);
      case Activation.Tanh _ -> tanh(a, t, length);
    }
  }

  static void leaky(float[] a, float slope, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, i);
      x.mul(slope).blend(x, x.compare(VectorOperators.GT, 0)).intoArray(a, i);
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

  /** x * sigmoid(x), with t = e^-|x|. */
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
    Exponents.distance(t, a, -2, length);
    Exponential.minusOne(t, 0, length);
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, i);
      FloatVector e = FloatVector.fromArray(SPECIES, t, i);
      FloatVector y = e.neg().div(e.add(2));
      y.blend(y.neg(), x.compare(VectorOperators.LT, 0)).intoArray(a, i);
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
    Exponents.negativePart(t, a, length);
    Exponential.minusOne(t, 0, length);
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, i);
      FloatVector negative = FloatVector.fromArray(SPECIES, t, i).mul(below);
      negative.blend(x.mul(gamma), x.compare(VectorOperators.GT, 0)).intoArray(a, i);
    }
  }

  /** With t = log(1 + e^-|x|): max(x, 0) + t. */
  static void softplus(float[] a, float[] t, int length) {
    Logarithm.ofOnePlus(t, length);
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

  /** d = d * f'(a). */
  static void derivative(Activation f, float[] d, float[] a, float[] t, float[] work, int length) {
    raise(f, t, a, length);
    switch (f) {
      case Activation.Relu _ -> leaky(d, a, 0, length);
      case Activation.LeakyRelu leaky -> leaky(d, a, (float) leaky.slope(), length);
      case Activation.Elu elu -> selu(d, a, t, (float) elu.alpha(), 1, length);
      case Activation.Gelu _ -> gelu(d, a, t, work, length);
      case Activation.Clip clip -> clip(d, a, (float) clip.low(), (float) clip.high(), length);
      case Activation.HardSigmoid hard ->
          hardSigmoid(d, a, (float) hard.alpha(), (float) hard.beta(), length);
      case Activation.HardSwish _ -> hardSwish(d, a, length);
      case Activation.Selu selu ->
          selu(d, a, t, (float) (selu.gamma() * selu.alpha()), (float) selu.gamma(), length);
      case Activation.Softplus _ -> softplus(d, a, t, length);
      case Activation.Mish _ -> mish(d, a, t, length);
      case Activation.GeluByTanh _ -> geluByTanh(d, a, t, length);
      case Activation.Silu _ -> silu(d, a, t, length);
      case Activation.Sigmoid _ -> bell(d, t, 1, length);
      case Activation.Tanh _ -> {
        Exponents.distance(t, a, -2, length);
        Exponential.of(t, 0, length);
        bell(d, t, 4, length);
      }
    }
  }

  private static final float DENSITY = (float) (1 / Math.sqrt(2 * Math.PI));

  static void leaky(float[] d, float[] x, float slope, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector dy = FloatVector.fromArray(SPECIES, d, i);
      VectorMask<Float> positive =
          FloatVector.fromArray(SPECIES, x, i).compare(VectorOperators.GT, 0);
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
    Exponents.negativePart(t, x, length);
    Exponential.of(t, 0, length);
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
   * w + x * 4n(1 + n) / (n^2 + 2n + 2)^2 with n = e^x and t = e^-|x|; on the positive side
   * numerator and denominator are divided by powers of n.
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

  /**
   * s * (1 + x * (1 - s) * 2u'), with t = e^-|2u|; x is limited so that 0 * infinity does not
   * occur.
   */
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

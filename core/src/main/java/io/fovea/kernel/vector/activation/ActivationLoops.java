package io.fovea.kernel.vector.activation;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.op.Activation;
import io.fovea.kernel.vector.machine.ClampLoops;
import io.fovea.kernel.vector.machine.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Each activation and its derivative, in full vectors: y = f(a), and dx = d * f'(a), in place or
 * not; t holds the exponentials that they need. Lengths are multiples of L.
 */
final class ActivationLoops {
  private ActivationLoops() {}

  /** t = e^u for the u of smooth activations; values and derivatives need the same. */
  private static void raise(Activation f, float[] t, float[] a, int aAt, int length) {
    switch (f) {
      case Activation.Gelu _ -> Exponents.halfSquare(t, a, aAt, length);
      case Activation.GeluByTanh _ -> Exponents.geluByTanh(t, a, aAt, length);
      case Activation.Silu _, Activation.Mish _, Activation.Softplus _, Activation.Sigmoid _ ->
          Exponents.distance(t, a, aAt, -1, length);
      default -> {
        return;
      }
    }
    Exponential.of(t, 0, length);
  }

  /** y = f(a). */
  static void value(Activation f, float[] y, int yAt, float[] a, int aAt, float[] t, int length) {
    raise(f, t, a, aAt, length);
    switch (f) {
      case Activation.Relu _ -> ClampLoops.relu(y, yAt, a, aAt, length);
      case Activation.LeakyRelu leaky -> leaky(y, yAt, a, aAt, (float) leaky.slope(), length);
      case Activation.Elu elu -> selu(y, yAt, a, aAt, t, (float) elu.alpha(), 1, length);
      case Activation.Gelu _ -> gelu(y, yAt, a, aAt, t, length);
      case Activation.Clip clip ->
          ClampLoops.clamp(y, yAt, a, aAt, length, (float) clip.low(), (float) clip.high());
      case Activation.HardSigmoid hard ->
          hardSigmoid(y, yAt, a, aAt, (float) hard.alpha(), (float) hard.beta(), length);
      case Activation.HardSwish _ -> hardSwish(y, yAt, a, aAt, length);
      case Activation.Selu selu ->
          selu(
              y,
              yAt,
              a,
              aAt,
              t,
              (float) (selu.gamma() * selu.alpha()),
              (float) selu.gamma(),
              length);
      case Activation.Softplus _ -> softplus(y, yAt, a, aAt, t, length);
      case Activation.Mish _ -> mish(y, yAt, a, aAt, t, length);
      case Activation.GeluByTanh _ -> silu(y, yAt, a, aAt, t, length);
      case Activation.Silu _ -> silu(y, yAt, a, aAt, t, length);
      case Activation.Sigmoid _ -> sigmoid(y, yAt, a, aAt, t, length);
      case Activation.Tanh _ -> tanh(y, yAt, a, aAt, t, length);
    }
  }

  static void leaky(float[] y, int yAt, float[] a, int aAt, float slope, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      x.mul(slope).blend(x, x.compare(VectorOperators.GT, 0)).intoArray(y, yAt + i);
    }
  }

  /** x * Phi(x), with t = e^(-x^2/2). */
  static void gelu(float[] y, int yAt, float[] a, int aAt, float[] t, int length) {
    NormalTail.probabilities(t, a, aAt, length);
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      x.mul(FloatVector.fromArray(SPECIES, t, i)).intoArray(y, yAt + i);
    }
  }

  /** With t = e^-|x|: s = 1 / (1 + t), or t / (1 + t) on the negative side. */
  static void sigmoid(float[] y, int yAt, float[] a, int aAt, float[] t, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      FloatVector e = FloatVector.fromArray(SPECIES, t, i);
      VectorMask<Float> negative = x.compare(VectorOperators.LT, 0);
      FloatVector above = FloatVector.broadcast(SPECIES, 1).blend(e, negative);
      above.div(e.add(1)).intoArray(y, yAt + i);
    }
  }

  /** x * sigmoid(x), with t = e^-|x|. */
  static void silu(float[] y, int yAt, float[] a, int aAt, float[] t, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      FloatVector e = FloatVector.fromArray(SPECIES, t, i);
      VectorMask<Float> negative = x.compare(VectorOperators.LT, 0);
      FloatVector above = FloatVector.broadcast(SPECIES, 1).blend(e, negative);
      above.div(e.add(1)).mul(x).intoArray(y, yAt + i);
    }
  }

  /** With t = e^(-2|x|) - 1: |y| = -t / (2 + t), and y has the sign of x. */
  static void tanh(float[] y, int yAt, float[] a, int aAt, float[] t, int length) {
    Exponents.distance(t, a, aAt, -2, length);
    Exponential.minusOne(t, 0, length);
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      FloatVector e = FloatVector.fromArray(SPECIES, t, i);
      FloatVector above = e.neg().div(e.add(2));
      above.blend(above.neg(), x.compare(VectorOperators.LT, 0)).intoArray(y, yAt + i);
    }
  }

  static void hardSigmoid(
      float[] y, int yAt, float[] a, int aAt, float alpha, float beta, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector line =
          FloatVector.fromArray(SPECIES, a, aAt + i).lanewise(VectorOperators.FMA, alpha, beta);
      ClampLoops.clamp(line, 0, 1).intoArray(y, yAt + i);
    }
  }

  static void hardSwish(float[] y, int yAt, float[] a, int aAt, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      x.mul(ClampLoops.clamp(x.add(3), 0, 6).mul(1 / 6f)).intoArray(y, yAt + i);
    }
  }

  /** With t = e^min(x, 0) - 1; below is gamma * alpha. */
  static void selu(
      float[] y, int yAt, float[] a, int aAt, float[] t, float below, float gamma, int length) {
    Exponents.negativePart(t, a, aAt, length);
    Exponential.minusOne(t, 0, length);
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      FloatVector negative = FloatVector.fromArray(SPECIES, t, i).mul(below);
      negative.blend(x.mul(gamma), x.compare(VectorOperators.GT, 0)).intoArray(y, yAt + i);
    }
  }

  /** With t = log(1 + e^-|x|): max(x, 0) + t. */
  static void softplus(float[] y, int yAt, float[] a, int aAt, float[] t, int length) {
    Logarithm.ofOnePlus(t, length);
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      x.max(0).add(FloatVector.fromArray(SPECIES, t, i)).intoArray(y, yAt + i);
    }
  }

  /**
   * x * w with t = e^-|x|. With n = e^x, w = (n^2 + 2n) / (n^2 + 2n + 2): no logarithm, and no
   * overflow where both are divided by n^2 on the positive side.
   */
  static void mish(float[] y, int yAt, float[] a, int aAt, float[] t, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      FloatVector e = FloatVector.fromArray(SPECIES, t, i);
      VectorMask<Float> negative = x.compare(VectorOperators.LT, 0);
      FloatVector above = e.add(e).add(1).blend(e.mul(e.add(2)), negative);
      FloatVector rest = e.mul(e).mul(2).blend(2, negative);
      above.div(above.add(rest)).mul(x).intoArray(y, yAt + i);
    }
  }

  /** dx = d * f'(a). */
  static void derivative(
      Activation f,
      float[] dx,
      int dxAt,
      float[] d,
      int dAt,
      float[] a,
      int aAt,
      float[] t,
      float[] work,
      int length) {
    raise(f, t, a, aAt, length);
    switch (f) {
      case Activation.Relu _ -> leaky(dx, dxAt, d, dAt, a, aAt, 0, length);
      case Activation.LeakyRelu leaky ->
          leaky(dx, dxAt, d, dAt, a, aAt, (float) leaky.slope(), length);
      case Activation.Elu elu -> selu(dx, dxAt, d, dAt, a, aAt, t, (float) elu.alpha(), 1, length);
      case Activation.Gelu _ -> gelu(dx, dxAt, d, dAt, a, aAt, t, work, length);
      case Activation.Clip clip ->
          clip(dx, dxAt, d, dAt, a, aAt, (float) clip.low(), (float) clip.high(), length);
      case Activation.HardSigmoid hard ->
          hardSigmoid(dx, dxAt, d, dAt, a, aAt, (float) hard.alpha(), (float) hard.beta(), length);
      case Activation.HardSwish _ -> hardSwish(dx, dxAt, d, dAt, a, aAt, length);
      case Activation.Selu selu -> {
        float below = (float) (selu.gamma() * selu.alpha());
        selu(dx, dxAt, d, dAt, a, aAt, t, below, (float) selu.gamma(), length);
      }
      case Activation.Softplus _ -> softplus(dx, dxAt, d, dAt, a, aAt, t, length);
      case Activation.Mish _ -> mish(dx, dxAt, d, dAt, a, aAt, t, length);
      case Activation.GeluByTanh _ -> geluByTanh(dx, dxAt, d, dAt, a, aAt, t, length);
      case Activation.Silu _ -> silu(dx, dxAt, d, dAt, a, aAt, t, length);
      case Activation.Sigmoid _ -> bell(dx, dxAt, d, dAt, t, 1, length);
      case Activation.Tanh _ -> {
        Exponents.distance(t, a, aAt, -2, length);
        Exponential.of(t, 0, length);
        bell(dx, dxAt, d, dAt, t, 4, length);
      }
    }
  }

  private static final float DENSITY = (float) (1 / Math.sqrt(2 * Math.PI));

  static void leaky(
      float[] dx, int dxAt, float[] d, int dAt, float[] x, int xAt, float slope, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector dy = FloatVector.fromArray(SPECIES, d, dAt + i);
      VectorMask<Float> positive =
          FloatVector.fromArray(SPECIES, x, xAt + i).compare(VectorOperators.GT, 0);
      dy.mul(slope).blend(dy, positive).intoArray(dx, dxAt + i);
    }
  }

  /** Phi(x) + x * phi(x), with t = e^(-x^2/2); Phi(x) goes to share. */
  static void gelu(
      float[] dx,
      int dxAt,
      float[] d,
      int dAt,
      float[] x,
      int xAt,
      float[] t,
      float[] share,
      int length) {
    System.arraycopy(t, 0, share, 0, length);
    NormalTail.probabilities(share, x, xAt, length);
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector density = FloatVector.fromArray(SPECIES, t, i).mul(DENSITY);
      FloatVector slope =
          density.fma(
              FloatVector.fromArray(SPECIES, x, xAt + i), FloatVector.fromArray(SPECIES, share, i));
      FloatVector.fromArray(SPECIES, d, dAt + i).mul(slope).intoArray(dx, dxAt + i);
    }
  }

  /** s * (1 + x * (1 - s)), with t = e^-|x|; 1 - s is the sigmoid of -x. */
  static void silu(
      float[] dx, int dxAt, float[] d, int dAt, float[] x, int xAt, float[] t, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, xAt + i);
      FloatVector e = FloatVector.fromArray(SPECIES, t, i);
      FloatVector one = FloatVector.broadcast(SPECIES, 1);
      FloatVector half = one.div(e.add(1));
      VectorMask<Float> negative = a.compare(VectorOperators.LT, 0);
      FloatVector s = half.mul(one.blend(e, negative));
      FloatVector rest = half.mul(e.blend(one, negative));
      FloatVector slope = a.mul(rest).fma(s, s);
      FloatVector.fromArray(SPECIES, d, dAt + i).mul(slope).intoArray(dx, dxAt + i);
    }
  }

  /**
   * factor * t / (1 + t)^2: the sigmoid's derivative with t = e^-|x| and factor 1, that of tanh
   * with t = e^(-2|x|) and factor 4. Nothing cancels.
   */
  static void bell(float[] dx, int dxAt, float[] d, int dAt, float[] t, float factor, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector e = FloatVector.fromArray(SPECIES, t, i);
      FloatVector sum = e.add(1);
      FloatVector slope = e.mul(factor).div(sum.mul(sum));
      FloatVector.fromArray(SPECIES, d, dAt + i).mul(slope).intoArray(dx, dxAt + i);
    }
  }

  static void clip(
      float[] dx,
      int dxAt,
      float[] d,
      int dAt,
      float[] x,
      int xAt,
      float low,
      float high,
      int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, xAt + i);
      VectorMask<Float> inside =
          a.compare(VectorOperators.GE, low).and(a.compare(VectorOperators.LE, high));
      FloatVector.zero(SPECIES)
          .blend(FloatVector.fromArray(SPECIES, d, dAt + i), inside)
          .intoArray(dx, dxAt + i);
    }
  }

  static void hardSigmoid(
      float[] dx,
      int dxAt,
      float[] d,
      int dAt,
      float[] x,
      int xAt,
      float alpha,
      float beta,
      int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector line =
          FloatVector.fromArray(SPECIES, x, xAt + i).lanewise(VectorOperators.FMA, alpha, beta);
      VectorMask<Float> inside =
          line.compare(VectorOperators.GT, 0).and(line.compare(VectorOperators.LT, 1));
      FloatVector slope = FloatVector.fromArray(SPECIES, d, dAt + i).mul(alpha);
      FloatVector.zero(SPECIES).blend(slope, inside).intoArray(dx, dxAt + i);
    }
  }

  static void hardSwish(float[] dx, int dxAt, float[] d, int dAt, float[] x, int xAt, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, xAt + i);
      FloatVector slope = a.mul(1 / 3f).add(0.5f);
      slope = slope.blend(0, a.compare(VectorOperators.LE, -3));
      slope = slope.blend(1, a.compare(VectorOperators.GE, 3));
      FloatVector.fromArray(SPECIES, d, dAt + i).mul(slope).intoArray(dx, dxAt + i);
    }
  }

  /** With t = e^min(x, 0); below is gamma * alpha. */
  static void selu(
      float[] dx,
      int dxAt,
      float[] d,
      int dAt,
      float[] x,
      int xAt,
      float[] t,
      float below,
      float gamma,
      int length) {
    Exponents.negativePart(t, x, xAt, length);
    Exponential.of(t, 0, length);
    for (int i = 0; i < length; i += Lanes.COUNT) {
      VectorMask<Float> positive =
          FloatVector.fromArray(SPECIES, x, xAt + i).compare(VectorOperators.GT, 0);
      FloatVector slope = FloatVector.fromArray(SPECIES, t, i).mul(below).blend(gamma, positive);
      FloatVector.fromArray(SPECIES, d, dAt + i).mul(slope).intoArray(dx, dxAt + i);
    }
  }

  /** The sigmoid, with t = e^-|x|. */
  static void softplus(
      float[] dx, int dxAt, float[] d, int dAt, float[] x, int xAt, float[] t, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector e = FloatVector.fromArray(SPECIES, t, i);
      VectorMask<Float> negative =
          FloatVector.fromArray(SPECIES, x, xAt + i).compare(VectorOperators.LT, 0);
      FloatVector slope = FloatVector.broadcast(SPECIES, 1).blend(e, negative).div(e.add(1));
      FloatVector.fromArray(SPECIES, d, dAt + i).mul(slope).intoArray(dx, dxAt + i);
    }
  }

  /**
   * w + x * 4n(1 + n) / (n^2 + 2n + 2)^2 with n = e^x and t = e^-|x|; on the positive side
   * numerator and denominator are divided by powers of n.
   */
  static void mish(
      float[] dx, int dxAt, float[] d, int dAt, float[] x, int xAt, float[] t, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, xAt + i);
      FloatVector e = FloatVector.fromArray(SPECIES, t, i);
      VectorMask<Float> negative = a.compare(VectorOperators.LT, 0);
      FloatVector above = e.add(e).add(1).blend(e.mul(e.add(2)), negative);
      FloatVector rest = e.mul(e).mul(2).blend(2, negative);
      FloatVector whole = above.add(rest);
      FloatVector bell = e.mul(e).blend(e, negative).mul(e.add(1)).mul(4);
      FloatVector slope = a.mul(bell.div(whole.mul(whole))).add(above.div(whole));
      FloatVector.fromArray(SPECIES, d, dAt + i).mul(slope).intoArray(dx, dxAt + i);
    }
  }

  /**
   * s * (1 + x * (1 - s) * 2u'), with t = e^-|2u|; x is limited so that 0 * infinity does not
   * occur.
   */
  static void geluByTanh(
      float[] dx, int dxAt, float[] d, int dAt, float[] x, int xAt, float[] t, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector a =
          FloatVector.fromArray(SPECIES, x, xAt + i).max(-Exponents.FAR).min(Exponents.FAR);
      FloatVector e = FloatVector.fromArray(SPECIES, t, i);
      FloatVector one = FloatVector.broadcast(SPECIES, 1);
      FloatVector half = one.div(e.add(1));
      VectorMask<Float> negative = a.compare(VectorOperators.LT, 0);
      FloatVector s = half.mul(one.blend(e, negative));
      FloatVector rest = half.mul(e.blend(one, negative));
      FloatVector bend = a.mul(a).lanewise(VectorOperators.FMA, 3 * Exponents.CUBE, Exponents.LINE);
      FloatVector slope = a.mul(bend).mul(rest).fma(s, s);
      FloatVector.fromArray(SPECIES, d, dAt + i).mul(slope).intoArray(dx, dxAt + i);
    }
  }
}

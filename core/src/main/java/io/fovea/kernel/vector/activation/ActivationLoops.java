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
 * not. Lengths are multiples of L.
 */
final class ActivationLoops {
  /** Beyond this |x| the tails of GELU are 0 in float; a limit also keeps x^3 from overflowing. */
  private static final float FAR = 20;

  /** The coefficient of x in 2u, u = sqrt(2/pi) * (x + 0.044715 * x^3). */
  private static final float LINE = (float) (2 * Math.sqrt(2 / Math.PI));

  /** The coefficient of x^3 in 2u. */
  private static final float CUBE = (float) (2 * Math.sqrt(2 / Math.PI) * 0.044715);

  private static final float DENSITY = (float) (1 / Math.sqrt(2 * Math.PI));

  private ActivationLoops() {}

  /** y = f(a). */
  static void value(Activation f, float[] y, int yAt, float[] a, int aAt, int length) {
    switch (f) {
      case Activation.Relu _ -> ClampLoops.relu(y, yAt, a, aAt, length);
      case Activation.LeakyRelu leaky -> leaky(y, yAt, a, aAt, (float) leaky.slope(), length);
      case Activation.Elu elu -> selu(y, yAt, a, aAt, (float) elu.alpha(), 1, length);
      case Activation.Clip clip ->
          ClampLoops.clamp(y, yAt, a, aAt, length, (float) clip.low(), (float) clip.high());
      case Activation.HardSigmoid hard ->
          hardSigmoid(y, yAt, a, aAt, (float) hard.alpha(), (float) hard.beta(), length);
      case Activation.HardSwish _ -> hardSwish(y, yAt, a, aAt, length);
      case Activation.Selu selu -> {
        float below = (float) (selu.gamma() * selu.alpha());
        selu(y, yAt, a, aAt, below, (float) selu.gamma(), length);
      }
      case Activation.Softplus _ -> softplus(y, yAt, a, aAt, length);
      case Activation.Mish _ -> mish(y, yAt, a, aAt, length);
      case Activation.Gelu _ -> gelu(y, yAt, a, aAt, length);
      case Activation.GeluByTanh _ -> geluByTanh(y, yAt, a, aAt, length);
      case Activation.Silu _ -> silu(y, yAt, a, aAt, length);
      case Activation.Sigmoid _ -> sigmoid(y, yAt, a, aAt, length);
      case Activation.Tanh _ -> tanh(y, yAt, a, aAt, length);
    }
  }

  /** dx = d * f'(a). */
  static void derivative(
      Activation f, float[] dx, int dxAt, float[] d, int dAt, float[] a, int aAt, int length) {
    switch (f) {
      case Activation.Relu _ -> leaky(dx, dxAt, d, dAt, a, aAt, 0, length);
      case Activation.LeakyRelu leaky ->
          leaky(dx, dxAt, d, dAt, a, aAt, (float) leaky.slope(), length);
      case Activation.Elu elu -> selu(dx, dxAt, d, dAt, a, aAt, (float) elu.alpha(), 1, length);
      case Activation.Clip clip ->
          clip(dx, dxAt, d, dAt, a, aAt, (float) clip.low(), (float) clip.high(), length);
      case Activation.HardSigmoid hard ->
          hardSigmoid(dx, dxAt, d, dAt, a, aAt, (float) hard.alpha(), (float) hard.beta(), length);
      case Activation.HardSwish _ -> hardSwish(dx, dxAt, d, dAt, a, aAt, length);
      case Activation.Selu selu -> {
        float below = (float) (selu.gamma() * selu.alpha());
        selu(dx, dxAt, d, dAt, a, aAt, below, (float) selu.gamma(), length);
      }
      case Activation.Softplus _ -> softplus(dx, dxAt, d, dAt, a, aAt, length);
      case Activation.Mish _ -> mish(dx, dxAt, d, dAt, a, aAt, length);
      case Activation.Gelu _ -> gelu(dx, dxAt, d, dAt, a, aAt, length);
      case Activation.GeluByTanh _ -> geluByTanh(dx, dxAt, d, dAt, a, aAt, length);
      case Activation.Silu _ -> silu(dx, dxAt, d, dAt, a, aAt, length);
      case Activation.Sigmoid _ -> bell(dx, dxAt, d, dAt, a, aAt, -1, 1, length);
      case Activation.Tanh _ -> bell(dx, dxAt, d, dAt, a, aAt, -2, 4, length);
    }
  }

  /** e^(factor * |x|), factor below 0. */
  private static FloatVector decay(FloatVector x, float factor) {
    return Exponential.of(x.lanewise(VectorOperators.ABS).mul(factor));
  }

  /** e^-|2u|. */
  private static FloatVector decayByTanh(FloatVector x) {
    FloatVector a = x.lanewise(VectorOperators.ABS).min(FAR);
    return Exponential.of(a.mul(a).lanewise(VectorOperators.FMA, CUBE, LINE).mul(a).neg());
  }

  /** The sigmoid with e = e^-|x|: 1 / (1 + e), or e / (1 + e) on the negative side. */
  private static FloatVector sigmoid(FloatVector x, FloatVector e) {
    VectorMask<Float> negative = x.compare(VectorOperators.LT, 0);
    return FloatVector.broadcast(SPECIES, 1).blend(e, negative).div(e.add(1));
  }

  private static void leaky(float[] y, int yAt, float[] a, int aAt, float slope, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      x.mul(slope).blend(x, x.compare(VectorOperators.GT, 0)).intoArray(y, yAt + i);
    }
  }

  private static void hardSigmoid(
      float[] y, int yAt, float[] a, int aAt, float alpha, float beta, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      FloatVector line = x.lanewise(VectorOperators.FMA, alpha, beta);
      ClampLoops.clamp(line, 0, 1).intoArray(y, yAt + i);
    }
  }

  private static void hardSwish(float[] y, int yAt, float[] a, int aAt, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      x.mul(ClampLoops.clamp(x.add(3), 0, 6).mul(1 / 6f)).intoArray(y, yAt + i);
    }
  }

  /** Below is gamma * alpha. */
  private static void selu(
      float[] y, int yAt, float[] a, int aAt, float below, float gamma, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      FloatVector negative = Exponential.minusOne(x.min(0)).mul(below);
      negative.blend(x.mul(gamma), x.compare(VectorOperators.GT, 0)).intoArray(y, yAt + i);
    }
  }

  /** max(x, 0) + log(1 + e^-|x|). */
  private static void softplus(float[] y, int yAt, float[] a, int aAt, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      x.max(0).add(Logarithm.ofOnePlus(decay(x, -1))).intoArray(y, yAt + i);
    }
  }

  /**
   * x * w. With n = e^x, w = (n^2 + 2n) / (n^2 + 2n + 2): no logarithm, and no overflow where both
   * are divided by n^2 on the positive side.
   */
  private static void mish(float[] y, int yAt, float[] a, int aAt, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      FloatVector e = decay(x, -1);
      VectorMask<Float> negative = x.compare(VectorOperators.LT, 0);
      FloatVector above = e.add(e).add(1).blend(e.mul(e.add(2)), negative);
      FloatVector rest = e.mul(e).mul(2).blend(2, negative);
      above.div(above.add(rest)).mul(x).intoArray(y, yAt + i);
    }
  }

  /** x * Phi(x). */
  private static void gelu(float[] y, int yAt, float[] a, int aAt, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      FloatVector density = Exponential.of(x.mul(-0.5f).mul(x));
      x.mul(NormalTail.probability(x, density)).intoArray(y, yAt + i);
    }
  }

  private static void geluByTanh(float[] y, int yAt, float[] a, int aAt, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      sigmoid(x, decayByTanh(x)).mul(x).intoArray(y, yAt + i);
    }
  }

  private static void silu(float[] y, int yAt, float[] a, int aAt, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      sigmoid(x, decay(x, -1)).mul(x).intoArray(y, yAt + i);
    }
  }

  private static void sigmoid(float[] y, int yAt, float[] a, int aAt, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      sigmoid(x, decay(x, -1)).intoArray(y, yAt + i);
    }
  }

  /** With e = e^(-2|x|) - 1: |y| = -e / (2 + e), and y has the sign of x. */
  private static void tanh(float[] y, int yAt, float[] a, int aAt, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      FloatVector e = Exponential.minusOne(x.lanewise(VectorOperators.ABS).mul(-2));
      FloatVector above = e.neg().div(e.add(2));
      above.blend(above.neg(), x.compare(VectorOperators.LT, 0)).intoArray(y, yAt + i);
    }
  }

  private static void leaky(
      float[] dx, int dxAt, float[] d, int dAt, float[] a, int aAt, float slope, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      FloatVector dy = FloatVector.fromArray(SPECIES, d, dAt + i);
      dy.mul(slope).blend(dy, x.compare(VectorOperators.GT, 0)).intoArray(dx, dxAt + i);
    }
  }

  private static void clip(
      float[] dx,
      int dxAt,
      float[] d,
      int dAt,
      float[] a,
      int aAt,
      float low,
      float high,
      int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      VectorMask<Float> inside =
          x.compare(VectorOperators.GE, low).and(x.compare(VectorOperators.LE, high));
      FloatVector.zero(SPECIES)
          .blend(FloatVector.fromArray(SPECIES, d, dAt + i), inside)
          .intoArray(dx, dxAt + i);
    }
  }

  private static void hardSigmoid(
      float[] dx,
      int dxAt,
      float[] d,
      int dAt,
      float[] a,
      int aAt,
      float alpha,
      float beta,
      int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      FloatVector line = x.lanewise(VectorOperators.FMA, alpha, beta);
      VectorMask<Float> inside =
          line.compare(VectorOperators.GT, 0).and(line.compare(VectorOperators.LT, 1));
      FloatVector slope = FloatVector.fromArray(SPECIES, d, dAt + i).mul(alpha);
      FloatVector.zero(SPECIES).blend(slope, inside).intoArray(dx, dxAt + i);
    }
  }

  private static void hardSwish(
      float[] dx, int dxAt, float[] d, int dAt, float[] a, int aAt, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      FloatVector slope = x.mul(1 / 3f).add(0.5f);
      slope = slope.blend(0, x.compare(VectorOperators.LE, -3));
      slope = slope.blend(1, x.compare(VectorOperators.GE, 3));
      FloatVector.fromArray(SPECIES, d, dAt + i).mul(slope).intoArray(dx, dxAt + i);
    }
  }

  private static void selu(
      float[] dx,
      int dxAt,
      float[] d,
      int dAt,
      float[] a,
      int aAt,
      float below,
      float gamma,
      int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      FloatVector negative = Exponential.of(x.min(0)).mul(below);
      FloatVector.fromArray(SPECIES, d, dAt + i)
          .mul(negative.blend(gamma, x.compare(VectorOperators.GT, 0)))
          .intoArray(dx, dxAt + i);
    }
  }

  /** Its derivative is the sigmoid. */
  private static void softplus(
      float[] dx, int dxAt, float[] d, int dAt, float[] a, int aAt, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      FloatVector.fromArray(SPECIES, d, dAt + i)
          .mul(sigmoid(x, decay(x, -1)))
          .intoArray(dx, dxAt + i);
    }
  }

  /**
   * w + x * 4n(1 + n) / (n^2 + 2n + 2)^2 with n = e^x; on the positive side numerator and
   * denominator are divided by powers of n.
   */
  private static void mish(
      float[] dx, int dxAt, float[] d, int dAt, float[] a, int aAt, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      FloatVector e = decay(x, -1);
      VectorMask<Float> negative = x.compare(VectorOperators.LT, 0);
      FloatVector above = e.add(e).add(1).blend(e.mul(e.add(2)), negative);
      FloatVector rest = e.mul(e).mul(2).blend(2, negative);
      FloatVector whole = above.add(rest);
      FloatVector bell = e.mul(e).blend(e, negative).mul(e.add(1)).mul(4);
      FloatVector.fromArray(SPECIES, d, dAt + i)
          .mul(x.mul(bell.div(whole.mul(whole))).add(above.div(whole)))
          .intoArray(dx, dxAt + i);
    }
  }

  /** Phi(x) + x * phi(x). */
  private static void gelu(
      float[] dx, int dxAt, float[] d, int dAt, float[] a, int aAt, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      FloatVector bell = Exponential.of(x.mul(-0.5f).mul(x));
      FloatVector.fromArray(SPECIES, d, dAt + i)
          .mul(bell.mul(DENSITY).fma(x, NormalTail.probability(x, bell)))
          .intoArray(dx, dxAt + i);
    }
  }

  /** s * (1 + x * (1 - s) * 2u'); x is limited so that 0 * infinity does not occur. */
  private static void geluByTanh(
      float[] dx, int dxAt, float[] d, int dAt, float[] a, int aAt, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      FloatVector near = x.max(-FAR).min(FAR);
      FloatVector e = decayByTanh(x);
      FloatVector bend = near.mul(near).lanewise(VectorOperators.FMA, 3 * CUBE, LINE);
      FloatVector.fromArray(SPECIES, d, dAt + i)
          .mul(slope(near, near.mul(bend), e))
          .intoArray(dx, dxAt + i);
    }
  }

  /** s * (1 + x * (1 - s)). */
  private static void silu(
      float[] dx, int dxAt, float[] d, int dAt, float[] a, int aAt, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      FloatVector.fromArray(SPECIES, d, dAt + i)
          .mul(slope(x, x, decay(x, -1)))
          .intoArray(dx, dxAt + i);
    }
  }

  /**
   * s * (1 + rise * (1 - s)) with e = e^-|v|, v of the sign of x, s the sigmoid of v, 1 - s that of
   * -v.
   */
  private static FloatVector slope(FloatVector x, FloatVector rise, FloatVector e) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    FloatVector half = one.div(e.add(1));
    VectorMask<Float> negative = x.compare(VectorOperators.LT, 0);
    FloatVector s = half.mul(one.blend(e, negative));
    return rise.mul(half.mul(e.blend(one, negative))).fma(s, s);
  }

  /**
   * factor * e / (1 + e)^2, e = e^(exponent * |x|): the sigmoid's derivative with exponent -1 and
   * factor 1, that of tanh with -2 and 4. Nothing cancels.
   */
  private static void bell(
      float[] dx,
      int dxAt,
      float[] d,
      int dAt,
      float[] a,
      int aAt,
      float exponent,
      float factor,
      int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + i);
      FloatVector e = decay(x, exponent);
      FloatVector sum = e.add(1);
      FloatVector.fromArray(SPECIES, d, dAt + i)
          .mul(e.mul(factor).div(sum.mul(sum)))
          .intoArray(dx, dxAt + i);
    }
  }
}

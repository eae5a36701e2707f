package io.fovea.kernel.vector.norm;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.op.Clamp;
import io.fovea.kernel.vector.machine.ClampLoops;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The element-wise loops of {@link VectorBatchNorm2d}, with or without bounds. z = (x - high) *
 * scale + shift is always computed by the same operations, so the gate of the backward pass is open
 * exactly where the forward pass has found z within them.
 *
 * <p>A pattern contains periods of floats, one float a channel: high, scale, shift, then q and r.
 */
final class NormLoops {
  private static final int L = Lanes.COUNT;

  private NormLoops() {}

  /** y = z. */
  static void normalize(
      float[] y, int yAt, float[] x, int xAt, int length, float[] pattern, int period) {
    int i = 0;
    int at = 0;
    for (; i < SPECIES.loopBound(length); i += L) {
      FloatVector high = FloatVector.fromArray(SPECIES, pattern, at);
      FloatVector scale = FloatVector.fromArray(SPECIES, pattern, period + at);
      FloatVector shift = FloatVector.fromArray(SPECIES, pattern, 2 * period + at);
      FloatVector.fromArray(SPECIES, x, xAt + i).sub(high).fma(scale, shift).intoArray(y, yAt + i);
      at = at + L == period ? 0 : at + L;
    }
    for (; i < length; i++, at++) {
      y[yAt + i] = z(x[xAt + i], pattern, at, period);
    }
  }

  /** y = min(max(z, low), high). */
  static void bounded(
      float[] y,
      int yAt,
      float[] x,
      int xAt,
      int length,
      float[] pattern,
      int period,
      Clamp clamp) {
    float least = clamp.low();
    float most = clamp.high();
    int i = 0;
    int at = 0;
    for (; i < SPECIES.loopBound(length); i += L) {
      FloatVector high = FloatVector.fromArray(SPECIES, pattern, at);
      FloatVector scale = FloatVector.fromArray(SPECIES, pattern, period + at);
      FloatVector shift = FloatVector.fromArray(SPECIES, pattern, 2 * period + at);
      FloatVector z = FloatVector.fromArray(SPECIES, x, xAt + i).sub(high).fma(scale, shift);
      ClampLoops.clamp(z, least, most).intoArray(y, yAt + i);
      at = at + L == period ? 0 : at + L;
    }
    for (; i < length; i++, at++) {
      y[yAt + i] = ClampLoops.clamp(z(x[xAt + i], pattern, at, period), least, most);
    }
  }

  private static float z(float x, float[] pattern, int at, int period) {
    return Math.fma(x - pattern[at], pattern[period + at], pattern[2 * period + at]);
  }

  /** dy where the bounds let it pass at z, otherwise 0. */
  static FloatVector gated(FloatVector dy, FloatVector z, float gate, float most) {
    VectorMask<Float> passes =
        z.compare(VectorOperators.GE, gate).and(z.compare(VectorOperators.LE, most));
    return FloatVector.zero(SPECIES).blend(dy, passes);
  }

  /** dx = scale * dz + (q * (x - high) + r). */
  static void gatedGradient(
      float[] dx,
      int dxAt,
      float[] dy,
      int dyAt,
      float[] x,
      int xAt,
      int length,
      float[] pattern,
      int period,
      Clamp clamp) {
    float gate = clamp.gate();
    float most = clamp.high();
    int i = 0;
    int at = 0;
    for (; i < SPECIES.loopBound(length); i += L) {
      FloatVector scale = FloatVector.fromArray(SPECIES, pattern, period + at);
      FloatVector shift = FloatVector.fromArray(SPECIES, pattern, 2 * period + at);
      FloatVector q = FloatVector.fromArray(SPECIES, pattern, 3 * period + at);
      FloatVector r = FloatVector.fromArray(SPECIES, pattern, 4 * period + at);
      FloatVector d =
          FloatVector.fromArray(SPECIES, x, xAt + i)
              .sub(FloatVector.fromArray(SPECIES, pattern, at));
      FloatVector z = d.fma(scale, shift);
      gated(FloatVector.fromArray(SPECIES, dy, dyAt + i), z, gate, most)
          .fma(scale, d.fma(q, r))
          .intoArray(dx, dxAt + i);
      at = at + L == period ? 0 : at + L;
    }
    for (; i < length; i++, at++) {
      float d = x[xAt + i] - pattern[at];
      float dz = clamp.passes(z(x[xAt + i], pattern, at, period)) ? dy[dyAt + i] : 0;
      float rest = Math.fma(d, pattern[3 * period + at], pattern[4 * period + at]);
      dx[dxAt + i] = Math.fma(dz, pattern[period + at], rest);
    }
  }

  /** dx = scale * dz + (q * (x - high) + r), without a gate. */
  static void gradient(
      float[] dx,
      int dxAt,
      float[] dz,
      int dzAt,
      float[] x,
      int xAt,
      int length,
      float[] pattern,
      int period) {
    int i = 0;
    int at = 0;
    for (; i < SPECIES.loopBound(length); i += L) {
      FloatVector high = FloatVector.fromArray(SPECIES, pattern, at);
      FloatVector scale = FloatVector.fromArray(SPECIES, pattern, period + at);
      FloatVector q = FloatVector.fromArray(SPECIES, pattern, 3 * period + at);
      FloatVector r = FloatVector.fromArray(SPECIES, pattern, 4 * period + at);
      FloatVector rest = FloatVector.fromArray(SPECIES, x, xAt + i).sub(high).fma(q, r);
      FloatVector.fromArray(SPECIES, dz, dzAt + i).fma(scale, rest).intoArray(dx, dxAt + i);
      at = at + L == period ? 0 : at + L;
    }
    for (; i < length; i++, at++) {
      float rest =
          Math.fma(x[xAt + i] - pattern[at], pattern[3 * period + at], pattern[4 * period + at]);
      dx[dxAt + i] = Math.fma(dz[dzAt + i], pattern[period + at], rest);
    }
  }

  /** dx = dy * scale, of {@code length} elements; the pattern is the scale only. */
  static void scale(Tensor dx, Tensor dy, int from, int length, float[] pattern, int period) {
    int dxAt = dx.offset() + from;
    int dyAt = dy.offset() + from;
    int i = 0;
    int at = 0;
    for (; i < SPECIES.loopBound(length); i += L) {
      FloatVector.fromArray(SPECIES, dy.array(), dyAt + i)
          .mul(FloatVector.fromArray(SPECIES, pattern, at))
          .intoArray(dx.array(), dxAt + i);
      at = at + L == period ? 0 : at + L;
    }
    for (; i < length; i++, at++) {
      dx.array()[dxAt + i] = dy.array()[dyAt + i] * pattern[at];
    }
  }
}

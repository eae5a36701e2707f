package io.fovea.kernel.vector.norm;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The element-wise loops of {@link VectorBatchNorm2d}, with or without a fused ReLU. z = (x - high)
 * * scale + shift is always computed by the same operations, so the gate of the backward pass is
 * open exactly where the forward pass has written a value above 0.
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

  /** y = max(z, 0). */
  static void rectified(
      float[] y, int yAt, float[] x, int xAt, int length, float[] pattern, int period) {
    int i = 0;
    int at = 0;
    for (; i < SPECIES.loopBound(length); i += L) {
      FloatVector high = FloatVector.fromArray(SPECIES, pattern, at);
      FloatVector scale = FloatVector.fromArray(SPECIES, pattern, period + at);
      FloatVector shift = FloatVector.fromArray(SPECIES, pattern, 2 * period + at);
      FloatVector.fromArray(SPECIES, x, xAt + i)
          .sub(high)
          .fma(scale, shift)
          .max(0)
          .intoArray(y, yAt + i);
      at = at + L == period ? 0 : at + L;
    }
    for (; i < length; i++, at++) {
      y[yAt + i] = Math.max(z(x[xAt + i], pattern, at, period), 0);
    }
  }

  private static float z(float x, float[] pattern, int at, int period) {
    return Math.fma(x - pattern[at], pattern[period + at], pattern[2 * period + at]);
  }

  /** dz = dy where z &gt; 0, else 0; dz begins at index 0. */
  static void gate(
      float[] dz,
      float[] dy,
      int dyAt,
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
      FloatVector shift = FloatVector.fromArray(SPECIES, pattern, 2 * period + at);
      FloatVector z = FloatVector.fromArray(SPECIES, x, xAt + i).sub(high).fma(scale, shift);
      FloatVector.zero(SPECIES)
          .blend(FloatVector.fromArray(SPECIES, dy, dyAt + i), z.compare(VectorOperators.GT, 0))
          .intoArray(dz, i);
      at = at + L == period ? 0 : at + L;
    }
    for (; i < length; i++, at++) {
      dz[i] = z(x[xAt + i], pattern, at, period) > 0 ? dy[dyAt + i] : 0;
    }
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
      int period) {
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
      FloatVector.zero(SPECIES)
          .blend(FloatVector.fromArray(SPECIES, dy, dyAt + i), z.compare(VectorOperators.GT, 0))
          .fma(scale, d.fma(q, r))
          .intoArray(dx, dxAt + i);
      at = at + L == period ? 0 : at + L;
    }
    for (; i < length; i++, at++) {
      float d = x[xAt + i] - pattern[at];
      float dz = z(x[xAt + i], pattern, at, period) > 0 ? dy[dyAt + i] : 0;
      float rest = Math.fma(d, pattern[3 * period + at], pattern[4 * period + at]);
      dx[dxAt + i] = Math.fma(dz, pattern[period + at], rest);
    }
  }

  /**
   * dx = scale * dy + (q * (x - high) + r), of {@code length} elements; the pattern has no shift.
   */
  static void gradient(
      Tensor dx, Tensor x, Tensor dy, int from, int length, float[] pattern, int period) {
    int dxAt = dx.offset() + from;
    int xAt = x.offset() + from;
    int dyAt = dy.offset() + from;
    int i = 0;
    int at = 0;
    for (; i < SPECIES.loopBound(length); i += L) {
      FloatVector high = FloatVector.fromArray(SPECIES, pattern, at);
      FloatVector p = FloatVector.fromArray(SPECIES, pattern, period + at);
      FloatVector q = FloatVector.fromArray(SPECIES, pattern, 2 * period + at);
      FloatVector r = FloatVector.fromArray(SPECIES, pattern, 3 * period + at);
      FloatVector rest = FloatVector.fromArray(SPECIES, x.array(), xAt + i).sub(high).fma(q, r);
      FloatVector.fromArray(SPECIES, dy.array(), dyAt + i)
          .fma(p, rest)
          .intoArray(dx.array(), dxAt + i);
      at = at + L == period ? 0 : at + L;
    }
    for (; i < length; i++, at++) {
      float rest =
          Math.fma(
              x.array()[xAt + i] - pattern[at], pattern[2 * period + at], pattern[3 * period + at]);
      dx.array()[dxAt + i] = Math.fma(dy.array()[dyAt + i], pattern[period + at], rest);
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

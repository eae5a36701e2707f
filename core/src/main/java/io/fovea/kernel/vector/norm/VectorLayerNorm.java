package io.fovea.kernel.vector.norm;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.geometry.GroupNormGeometry;
import io.fovea.kernel.op.GroupNormKernel;
import io.fovea.kernel.op.Moments;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * Normalisation of rows of C contiguous floats, each by its own mean and deviation: group
 * normalisation with one group and one pixel. Many rows are a piece of work, and all passes over a
 * row find it in the L1 cache: its mean, the distances from it with their squares, then y. The
 * second pass corrects for the rounding of the mean to a float (the corrected two-pass algorithm:
 * Chan, Golub and LeVeque, "Algorithms for computing the sample variance", The American
 * Statistician 37(3), 1983), so a mean a thousand times the deviation costs no accuracy.
 *
 * <p>Parameter gradients are sums over blocks of rows, which are added in index order. The division
 * into blocks depends on shapes only.
 */
public final class VectorLayerNorm implements GroupNormKernel {
  private static final int L = Lanes.COUNT;

  /** About how many floats a block of rows has. */
  private static final int BLOCK = 1 << 14;

  /** The fewest rows of a block: each leaves two sums a channel. */
  private static final int LEAST = 8;

  /** Channels of a piece of work where blocks are added. */
  private static final int PART = 64;

  private final int channels;
  private final double epsilon;
  private final int blockRows;
  private final int bound;

  public VectorLayerNorm(GroupNormGeometry geometry) {
    this.channels = geometry.channels();
    this.epsilon = geometry.epsilon();
    this.blockRows = Math.max(LEAST, BLOCK / channels);
    this.bound = SPECIES.loopBound(channels);
  }

  @Override
  public void forward(
      Tensor y, Moments moments, Tensor x, float[] gamma, float[] beta, Resources resources) {
    resources.run(
        x.count(),
        Math.max(1, BLOCK / channels),
        (from, length, worker) -> {
          float[] lanes = resources.scratch().of(worker, 0, 2 * L);
          for (int n = from; n < from + length; n++) {
            int xAt = x.offset() + n * channels;
            moments(moments, n, x.array(), xAt, lanes);
            double s = moments.inverseDeviation(n, epsilon);
            float high = (float) moments.mean()[n];
            float shift = (float) ((high - moments.mean()[n]) * s);
            int yAt = y.offset() + n * channels;
            normalize(y.array(), yAt, x.array(), xAt, high, (float) s, shift, gamma, beta);
          }
        });
  }

  /** Computes the moments of row n. */
  private void moments(Moments moments, int n, float[] x, int xAt, float[] lanes) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int c = 0; c < bound; c += L) {
      sum = sum.add(FloatVector.fromArray(SPECIES, x, xAt + c));
    }
    sum.intoArray(lanes, 0);
    double total = total(lanes, 0);
    for (int c = bound; c < channels; c++) {
      total += x[xAt + c];
    }
    float high = (float) (total / channels);
    sum = FloatVector.zero(SPECIES);
    FloatVector squares = sum;
    for (int c = 0; c < bound; c += L) {
      FloatVector d = FloatVector.fromArray(SPECIES, x, xAt + c).sub(high);
      sum = sum.add(d);
      squares = d.fma(d, squares);
    }
    sum.intoArray(lanes, 0);
    squares.intoArray(lanes, L);
    double distance = total(lanes, 0);
    double square = total(lanes, L);
    for (int c = bound; c < channels; c++) {
      float d = x[xAt + c] - high;
      distance += d;
      square += d * d;
    }
    distance /= channels;
    moments.mean()[n] = high + distance;
    moments.variance()[n] = Math.max(0, square / channels - distance * distance);
  }

  /** The sum of L floats, in a fixed order: reduceLanes leaves the order open. */
  private static double total(float[] lanes, int at) {
    double total = 0;
    for (int i = 0; i < L; i++) {
      total += lanes[at + i];
    }
    return total;
  }

  /** y = ((x - high) * s + shift) * gamma + beta: the rounding error of the mean is in the shift. */
  private void normalize(
      float[] y,
      int yAt,
      float[] x,
      int xAt,
      float high,
      float s,
      float shift,
      float[] gamma,
      float[] beta) {
    FloatVector scales = FloatVector.broadcast(SPECIES, s);
    FloatVector shifts = FloatVector.broadcast(SPECIES, shift);
    for (int c = 0; c < bound; c += L) {
      FloatVector.fromArray(SPECIES, x, xAt + c)
          .sub(high)
          .fma(scales, shifts)
          .fma(FloatVector.fromArray(SPECIES, gamma, c), FloatVector.fromArray(SPECIES, beta, c))
          .intoArray(y, yAt + c);
    }
    for (int c = bound; c < channels; c++) {
      y[yAt + c] = Math.fma(Math.fma(x[xAt + c] - high, s, shift), gamma[c], beta[c]);
    }
  }

  @Override
  public void backward(
      @Nullable Tensor dx,
      float[] dgamma,
      float[] dbeta,
      Tensor x,
      Tensor dy,
      Moments moments,
      float[] gamma,
      Resources resources) {
    int blocks = Math.ceilDiv(x.count(), blockRows);
    float[] results = resources.scratch().shared(0, blocks * 2 * channels);
    resources.run(
        blocks,
        (block, worker) -> {
          float[] lanes = resources.scratch().of(worker, 0, 2 * L);
          int at = block * 2 * channels;
          Arrays.fill(results, at, at + 2 * channels, 0);
          int end = Math.min(x.count(), (block + 1) * blockRows);
          for (int n = block * blockRows; n < end; n++) {
            row(dx, results, at, x, dy, moments, n, gamma, lanes);
          }
        });
    resources.run(
        channels,
        PART,
        (from, length, _) -> {
          for (int c = from; c < from + length; c++) {
            double scale = 0;
            double shift = 0;
            for (int at = c; at < blocks * 2 * channels; at += 2 * channels) {
              scale += results[at];
              shift += results[at + channels];
            }
            dgamma[c] = (float) scale;
            dbeta[c] = (float) shift;
          }
        });
  }

  /** Computes dx of row n, and adds the row's dgamma and dbeta to the results from {@code at} on. */
  private void row(
      @Nullable Tensor dx,
      float[] results,
      int at,
      Tensor x,
      Tensor dy,
      Moments moments,
      int n,
      float[] gamma,
      float[] lanes) {
    double s = moments.inverseDeviation(n, epsilon);
    float high = (float) moments.mean()[n];
    float shift = (float) ((high - moments.mean()[n]) * s);
    int xAt = x.offset() + n * channels;
    int dyAt = dy.offset() + n * channels;
    Sums sums =
        sums(results, at, x.array(), xAt, dy.array(), dyAt, high, (float) s, shift, gamma, lanes);
    if (dx == null) {
      return;
    }
    // dx = s * gamma * dy + (q * (x - high) + r), where xhat = (x - high) * s + shift
    double b = sums.products / channels;
    float q = (float) (-s * s * b);
    float r = (float) (-s * (sums.plain / channels + shift * b));
    int dxAt = dx.offset() + n * channels;
    gradient(
        dx.array(), dxAt, x.array(), xAt, dy.array(), dyAt, high, (float) s, q, r, gamma);
  }

  /** The sums over a row of gamma * dy and of gamma * dy * xhat. */
  private record Sums(double plain, double products) {}

  /** The sums of a row; adds dy * xhat and dy to the results. */
  private Sums sums(
      float[] results,
      int at,
      float[] x,
      int xAt,
      float[] dy,
      int dyAt,
      float high,
      float s,
      float shift,
      float[] gamma,
      float[] lanes) {
    FloatVector scales = FloatVector.broadcast(SPECIES, s);
    FloatVector shifts = FloatVector.broadcast(SPECIES, shift);
    FloatVector plain = FloatVector.zero(SPECIES);
    FloatVector products = plain;
    int behind = at + channels;
    for (int c = 0; c < bound; c += L) {
      FloatVector xhat =
          FloatVector.fromArray(SPECIES, x, xAt + c).sub(high).fma(scales, shifts);
      FloatVector gradient = FloatVector.fromArray(SPECIES, dy, dyAt + c);
      xhat.fma(gradient, FloatVector.fromArray(SPECIES, results, at + c))
          .intoArray(results, at + c);
      gradient
          .add(FloatVector.fromArray(SPECIES, results, behind + c))
          .intoArray(results, behind + c);
      FloatVector scaled = gradient.mul(FloatVector.fromArray(SPECIES, gamma, c));
      plain = plain.add(scaled);
      products = scaled.fma(xhat, products);
    }
    plain.intoArray(lanes, 0);
    products.intoArray(lanes, L);
    double sum = total(lanes, 0);
    double product = total(lanes, L);
    for (int c = bound; c < channels; c++) {
      float xhat = Math.fma(x[xAt + c] - high, s, shift);
      results[at + c] = Math.fma(xhat, dy[dyAt + c], results[at + c]);
      results[behind + c] += dy[dyAt + c];
      float scaled = dy[dyAt + c] * gamma[c];
      sum += scaled;
      product += scaled * xhat;
    }
    return new Sums(sum, product);
  }

  /** dx = s * gamma * dy + (q * (x - high) + r). */
  private void gradient(
      float[] dx,
      int dxAt,
      float[] x,
      int xAt,
      float[] dy,
      int dyAt,
      float high,
      float s,
      float q,
      float r,
      float[] gamma) {
    FloatVector slopes = FloatVector.broadcast(SPECIES, q);
    FloatVector shifts = FloatVector.broadcast(SPECIES, r);
    for (int c = 0; c < bound; c += L) {
      FloatVector rest = FloatVector.fromArray(SPECIES, x, xAt + c).sub(high).fma(slopes, shifts);
      FloatVector.fromArray(SPECIES, gamma, c)
          .mul(s)
          .fma(FloatVector.fromArray(SPECIES, dy, dyAt + c), rest)
          .intoArray(dx, dxAt + c);
    }
    for (int c = bound; c < channels; c++) {
      float rest = Math.fma(x[xAt + c] - high, q, r);
      dx[dxAt + c] = Math.fma(gamma[c] * s, dy[dyAt + c], rest);
    }
  }
}

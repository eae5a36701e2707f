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
  private static final int W = Lanes.WIDEST; // the lanes of a sum

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
    this.bound = channels - channels % W;
  }

  @Override
  public void forward(
      Tensor y, Moments moments, Tensor x, float[] gamma, float[] beta, Resources resources) {
    resources.run(
        x.count(),
        Math.max(1, BLOCK / channels),
        (from, length, worker) -> {
          float[] lanes = resources.scratch().of(worker, 0, 2 * W);
          for (int n = from; n < from + length; n++) {
            moments(moments, n, x.array(), x.offset() + n * channels, lanes);
            normalize(y, moments, x, n, gamma, beta);
          }
        });
  }

  private void moments(Moments moments, int n, float[] x, int xAt, float[] lanes) {
    for (int lane = 0; lane < W; lane += L) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int c = lane; c < bound; c += W) {
        sum = sum.add(FloatVector.fromArray(SPECIES, x, xAt + c));
      }
      sum.intoArray(lanes, lane);
    }
    for (int c = bound; c < channels; c++) {
      lanes[c - bound] += x[xAt + c];
    }
    float high = (float) (total(lanes, 0) / channels);
    for (int lane = 0; lane < W; lane += L) {
      FloatVector sum = FloatVector.zero(SPECIES);
      FloatVector squares = sum;
      for (int c = lane; c < bound; c += W) {
        FloatVector d = FloatVector.fromArray(SPECIES, x, xAt + c).sub(high);
        sum = sum.add(d);
        squares = d.fma(d, squares);
      }
      sum.intoArray(lanes, lane);
      squares.intoArray(lanes, W + lane);
    }
    for (int c = bound; c < channels; c++) {
      float d = x[xAt + c] - high;
      lanes[c - bound] += d;
      lanes[W + c - bound] += d * d;
    }
    double distance = total(lanes, 0) / channels;
    moments.mean()[n] = high + distance;
    moments.variance()[n] = Math.max(0, total(lanes, W) / channels - distance * distance);
  }

  /** The sum of W floats, in a fixed order, which reduceLanes leaves open. */
  private static double total(float[] lanes, int at) {
    double total = 0;
    for (int i = 0; i < W; i++) {
      total += lanes[at + i];
    }
    return total;
  }

  /**
   * y = xhat * gamma + beta, xhat = (x - high) * s + shift: high is the mean as a float, whose
   * rounding error is in the shift.
   */
  private void normalize(Tensor y, Moments moments, Tensor x, int n, float[] gamma, float[] beta) {
    float high = (float) moments.mean()[n];
    float s = (float) moments.inverseDeviation(n, epsilon);
    float shift = shift(moments, n);
    FloatVector scales = FloatVector.broadcast(SPECIES, s);
    FloatVector shifts = FloatVector.broadcast(SPECIES, shift);
    int xAt = x.offset() + n * channels;
    int yAt = y.offset() + n * channels;
    for (int c = 0; c < bound; c += L) {
      FloatVector.fromArray(SPECIES, x.array(), xAt + c)
          .sub(high)
          .fma(scales, shifts)
          .fma(FloatVector.fromArray(SPECIES, gamma, c), FloatVector.fromArray(SPECIES, beta, c))
          .intoArray(y.array(), yAt + c);
    }
    for (int c = bound; c < channels; c++) {
      float xhat = Math.fma(x.array()[xAt + c] - high, s, shift);
      y.array()[yAt + c] = Math.fma(xhat, gamma[c], beta[c]);
    }
  }

  private float shift(Moments moments, int n) {
    double mean = moments.mean()[n];
    return (float) (((float) mean - mean) * moments.inverseDeviation(n, epsilon));
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
          float[] lanes = resources.scratch().of(worker, 0, 2 * W);
          int at = block * 2 * channels;
          Arrays.fill(results, at, at + 2 * channels, 0);
          int end = Math.min(x.count(), (block + 1) * blockRows);
          for (int n = block * blockRows; n < end; n++) {
            addProducts(results, at, x, dy, moments, n, gamma, lanes);
            if (dx != null) {
              gradient(dx, x, dy, moments, n, gamma, lanes);
            }
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

  /**
   * Adds dy * xhat and dy of row n to the results from {@code at} on; leaves the sums over the row
   * of gamma * dy and gamma * dy * xhat in the lanes.
   */
  private void addProducts(
      float[] results,
      int at,
      Tensor x,
      Tensor dy,
      Moments m,
      int n,
      float[] gamma,
      float[] lanes) {
    float high = (float) m.mean()[n];
    float s = (float) m.inverseDeviation(n, epsilon);
    float shift = shift(m, n);
    FloatVector scales = FloatVector.broadcast(SPECIES, s);
    FloatVector shifts = FloatVector.broadcast(SPECIES, shift);
    int xAt = x.offset() + n * channels;
    int dyAt = dy.offset() + n * channels;
    int behind = at + channels;
    for (int lane = 0; lane < W; lane += L) {
      FloatVector plain = FloatVector.zero(SPECIES);
      FloatVector products = plain;
      for (int c = lane; c < bound; c += W) {
        FloatVector gradient = FloatVector.fromArray(SPECIES, dy.array(), dyAt + c);
        FloatVector xhat =
            FloatVector.fromArray(SPECIES, x.array(), xAt + c).sub(high).fma(scales, shifts);
        FloatVector scale = FloatVector.fromArray(SPECIES, results, at + c);
        xhat.fma(gradient, scale).intoArray(results, at + c);
        FloatVector sum = FloatVector.fromArray(SPECIES, results, behind + c);
        sum.add(gradient).intoArray(results, behind + c);
        FloatVector scaled = gradient.mul(FloatVector.fromArray(SPECIES, gamma, c));
        plain = plain.add(scaled);
        products = scaled.fma(xhat, products);
      }
      plain.intoArray(lanes, lane);
      products.intoArray(lanes, W + lane);
    }
    for (int c = bound; c < channels; c++) {
      float gradient = dy.array()[dyAt + c];
      float xhat = Math.fma(x.array()[xAt + c] - high, s, shift);
      results[at + c] = Math.fma(xhat, gradient, results[at + c]);
      results[behind + c] += gradient;
      lanes[c - bound] += gradient * gamma[c];
      lanes[W + c - bound] += gradient * gamma[c] * xhat;
    }
  }

  /** dx = s * gamma * dy + (q * (x - high) + r), with the sums that the lanes hold in q and r. */
  private void gradient(
      Tensor dx, Tensor x, Tensor dy, Moments moments, int n, float[] gamma, float[] lanes) {
    double deviation = moments.inverseDeviation(n, epsilon);
    double b = total(lanes, W) / channels;
    float high = (float) moments.mean()[n];
    float s = (float) deviation;
    float q = (float) (-deviation * deviation * b);
    float r = (float) (-deviation * (total(lanes, 0) / channels + shift(moments, n) * b));
    FloatVector slopes = FloatVector.broadcast(SPECIES, q);
    FloatVector shifts = FloatVector.broadcast(SPECIES, r);
    int dxAt = dx.offset() + n * channels;
    int xAt = x.offset() + n * channels;
    int dyAt = dy.offset() + n * channels;
    for (int c = 0; c < bound; c += L) {
      FloatVector d = FloatVector.fromArray(SPECIES, x.array(), xAt + c).sub(high);
      FloatVector.fromArray(SPECIES, gamma, c)
          .mul(s)
          .fma(FloatVector.fromArray(SPECIES, dy.array(), dyAt + c), d.fma(slopes, shifts))
          .intoArray(dx.array(), dxAt + c);
    }
    for (int c = bound; c < channels; c++) {
      float rest = Math.fma(x.array()[xAt + c] - high, q, r);
      dx.array()[dxAt + c] = Math.fma(gamma[c] * s, dy.array()[dyAt + c], rest);
    }
  }
}

package io.fovea.kernel.vector.norm;

import io.fovea.kernel.geometry.BatchNorm2dGeometry;
import io.fovea.kernel.op.Activation;
import io.fovea.kernel.op.BatchNorm2dKernel;
import io.fovea.kernel.op.Clamp;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.Moments;
import io.fovea.kernel.op.Normalization;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.ScratchSizes;
import io.fovea.kernel.vector.activation.Activations;
import io.fovea.kernel.vector.machine.Sums;
import io.fovea.tensor.Tensor;
import java.util.Arrays;

/**
 * Batch normalisation, bound by memory bandwidth. Channels-last, x is a matrix of N*H*W rows
 * (pixels) and C columns, which is read sequentially: twice in the forward pass (moments, then y),
 * twice in the backward pass with dy (sums, then dx).
 *
 * <p>The moments of a block of rows: the mean of its first rows is a centre near its mean, then the
 * sums of d and d*d, d = x - centre, give mean and squares, corrected for the centre's distance
 * (the corrected two-pass algorithm: Chan, Golub and LeVeque, "Algorithms for computing the sample
 * variance", The American Statistician 37(3), 1983). The blocks are combined in double, in index
 * order, from their means' distances to the common mean. The division into blocks depends on shapes
 * only. A mean a thousand times the deviation costs no accuracy.
 *
 * <p>Element-wise loops read patterns of one period (see {@link ChannelSums}), and compute the same
 * in a vector's lane as in the remainder behind the last full vector, so the output for an image
 * does not depend on its position in the batch.
 */
public final class VectorBatchNorm2d implements BatchNorm2dKernel {
  /** Channels of a piece of work where blocks are combined. */
  private static final int PART = 64;

  /** Floats of one piece of the element-wise loops, as for the rectifier. */
  private static final int PIECE = 1 << 15;

  /** Floats that pass an activation's derivative at once: 8 KB, in the L1 cache. */
  private static final int GRADIENT = 1 << 11;

  private final BatchNorm2dGeometry g;
  private final int channels;
  private final ChannelSums sums;
  private final int period;
  private final int blockRows;
  private final int piece;
  private final int part;

  public VectorBatchNorm2d(BatchNorm2dGeometry geometry) {
    this.g = geometry;
    this.channels = g.channels();
    this.sums = new ChannelSums(channels);
    this.period = sums.period();
    this.blockRows = sums.blockRows();
    this.piece = Math.max(1, PIECE / period) * period;
    this.part = Math.max(1, GRADIENT / period) * period;
  }

  private int rows(Tensor x) {
    return x.count() * g.pixels();
  }

  private int blocks(int rows) {
    return (rows + blockRows - 1) / blockRows;
  }

  private int rowsOf(int block, int rows) {
    return Math.min(blockRows, rows - block * blockRows);
  }

  @Override
  public void scratch(int images, ScratchSizes sizes) {
    long results = 3L * blocks(images * g.pixels()) * channels;
    sizes.shared(0, Math.max(results, 5L * period));
    sizes.shared(2, 3L * period);
    sizes.own(0, 4L * period);
    sizes.own(1, Math.max(part, (long) blockRows * channels));
    sizes.own(2, part);
  }

  @Override
  public void moments(Moments moments, Tensor x, Resources resources) {
    int rows = rows(x);
    int blocks = blocks(rows);
    float[] results = resources.scratch().shared(0, blocks * 3 * channels);
    resources.run(
        blocks,
        (block, worker) -> {
          float[] work = resources.scratch().of(worker, 0, 4 * period);
          int xAt = x.offset() + block * blockRows * channels;
          sums.moments(results, block * 3 * channels, x.array(), xAt, rowsOf(block, rows), work);
        });
    resources.run(
        channels, PART, (from, length, _) -> combine(moments, results, rows, from, from + length));
  }

  /**
   * Combines the blocks' results for channels from (inclusive) to (exclusive): a centre, the sum of
   * d and the sum of d * d for each.
   */
  private void combine(Moments moments, float[] results, int rows, int from, int to) {
    double[] mean = moments.mean();
    double[] variance = moments.variance();
    Arrays.fill(mean, from, to, 0);
    Arrays.fill(variance, from, to, 0);
    for (int block = 0; block < blocks(rows); block++) {
      int at = block * 3 * channels;
      int n = rowsOf(block, rows);
      for (int c = from; c < to; c++) {
        mean[c] += (double) n * results[at + c] + results[at + channels + c];
      }
    }
    for (int c = from; c < to; c++) {
      mean[c] /= rows;
    }
    for (int block = 0; block < blocks(rows); block++) {
      int at = block * 3 * channels;
      int n = rowsOf(block, rows);
      for (int c = from; c < to; c++) {
        double sum = results[at + channels + c];
        // Squares about the centre, moved to the block's mean, then to the common mean.
        double distance = results[at + c] + sum / n - mean[c];
        variance[c] += results[at + 2 * channels + c] - sum * sum / n + n * distance * distance;
      }
    }
    for (int c = from; c < to; c++) {
      // Rounding may bring a constant channel just below 0.
      variance[c] = Math.max(0, variance[c] / rows);
    }
  }

  @Override
  public void forward(
      Tensor y, Tensor x, Normalization normalization, Epilogue epilogue, Resources resources) {
    float[] pattern = outputPattern(0, normalization, resources);
    Activation f = epilogue.hasMore() ? epilogue.activation() : null;
    Tensor residual = epilogue.residual();
    Clamp clamp = epilogue.clamp();
    int step = residual == null ? piece : part; // the sum is in the L1 cache
    resources.run(
        x.elements(),
        piece,
        (from, length, worker) -> {
          float[] target = y.array();
          for (int i = from; i < from + length; i += step) {
            int count = Math.min(step, from + length - i);
            int yAt = y.offset() + i;
            int xAt = x.offset() + i;
            if (clamp.isNone()) {
              NormLoops.normalize(target, yAt, x.array(), xAt, count, pattern, period);
            } else {
              NormLoops.bounded(target, yAt, x.array(), xAt, count, pattern, period, clamp);
            }
            if (residual != null) {
              int rAt = residual.offset() + i;
              Sums.add(target, yAt, target, yAt, residual.array(), rAt, count);
            }
            if (f != null) {
              Activations.apply(f, target, yAt, count, 1, count, resources.scratch(), worker);
            }
          }
        });
  }

  /**
   * The numbers of y = (x - high) * scale + shift: high is the mean as a float, whose rounding
   * error is in the shift.
   */
  private float[] outputPattern(int slot, Normalization normalization, Resources resources) {
    Moments moments = normalization.moments();
    float[] gamma = normalization.gamma();
    float[] beta = normalization.beta();
    float[] pattern = resources.scratch().shared(slot, 3 * period);
    for (int c = 0; c < channels; c++) {
      float high = (float) moments.mean()[c];
      double scale = gamma[c] * moments.inverseDeviation(c, g.epsilon());
      pattern[c] = high;
      pattern[period + c] = (float) scale;
      pattern[2 * period + c] = (float) (beta[c] - (moments.mean()[c] - high) * scale);
    }
    for (int k = 0; k < 3; k++) {
      sums.repeat(pattern, k * period);
    }
    return pattern;
  }

  @Override
  public void backwardWeights(
      float[] dgamma,
      float[] dbeta,
      Tensor x,
      Tensor dy,
      Normalization normalization,
      Epilogue epilogue,
      Resources resources) {
    Clamp clamp = epilogue.clamp();
    Activation f = epilogue.hasMore() ? epilogue.activation() : null;
    float[] pattern = outputPattern(2, normalization, resources);
    int rows = rows(x);
    int blocks = blocks(rows);
    float[] results = resources.scratch().shared(0, blocks * 2 * channels);
    resources.run(
        blocks,
        (block, worker) -> {
          float[] work = resources.scratch().of(worker, 0, 2 * period);
          int from = block * blockRows * channels;
          int n = rowsOf(block, rows);
          float[] dz = dy.array();
          int dzAt = dy.offset() + from;
          if (f != null) {
            dz = resources.scratch().of(worker, 1, blockRows * channels);
            dzAt = 0;
            for (int i = 0; i < n * channels; i += part) {
              int length = Math.min(part, n * channels - i);
              throughActivation(f, dz, i, dy, x, from + i, length, pattern, resources, worker);
            }
          }
          int xAt = x.offset() + from;
          int at = block * 2 * channels;
          sums.products(results, at, dz, dzAt, x.array(), xAt, n, pattern, clamp, work);
        });
    Moments moments = normalization.moments();
    resources.run(
        channels,
        PART,
        (first, length, _) -> {
          for (int c = first; c < first + length; c++) {
            double plain = 0;
            double products = 0;
            for (int at = c; at < blocks * 2 * channels; at += 2 * channels) {
              plain += results[at];
              products += results[at + channels];
            }
            double low = moments.mean()[c] - pattern[c];
            double scale = moments.inverseDeviation(c, g.epsilon());
            dgamma[c] = (float) (scale * (products - low * plain));
            dbeta[c] = (float) plain;
          }
        });
  }

  @Override
  public void backwardInput(
      Tensor dx,
      Tensor x,
      Tensor dy,
      Normalization normalization,
      float[] dgamma,
      float[] dbeta,
      Epilogue epilogue,
      Resources resources) {
    float[] pattern = resources.scratch().shared(0, 5 * period);
    System.arraycopy(outputPattern(2, normalization, resources), 0, pattern, 0, 3 * period);
    placeSlopes(pattern, normalization, dgamma, dbeta, rows(x));
    Clamp clamp = epilogue.clamp();
    Activation f = epilogue.hasMore() ? epilogue.activation() : null;
    int step = f == null ? piece : part;
    resources.run(
        x.elements(),
        piece,
        (from, length, worker) -> {
          for (int i = from; i < from + length; i += step) {
            int count = Math.min(step, from + length - i);
            float[] dz = dy.array();
            int dzAt = dy.offset() + i;
            if (f != null) {
              dz = resources.scratch().of(worker, 1, part);
              dzAt = 0;
              throughActivation(f, dz, 0, dy, x, i, count, pattern, resources, worker);
            }
            int dxAt = dx.offset() + i;
            int xAt = x.offset() + i;
            if (clamp.isNone()) {
              NormLoops.gradient(
                  dx.array(), dxAt, dz, dzAt, x.array(), xAt, count, pattern, period);
            } else {
              NormLoops.gatedGradient(
                  dx.array(), dxAt, dz, dzAt, x.array(), xAt, count, pattern, period, clamp);
            }
          }
        });
  }

  /** dz = dy * f'(z) of {@code length} elements, z computed again from x. */
  private void throughActivation(
      Activation f,
      float[] dz,
      int dzAt,
      Tensor dy,
      Tensor x,
      int from,
      int length,
      float[] pattern,
      Resources resources,
      int worker) {
    float[] z = resources.scratch().of(worker, 2, part);
    NormLoops.normalize(z, 0, x.array(), x.offset() + from, length, pattern, period);
    Activations.derivative(
        f, dz, dzAt, dy.array(), dy.offset() + from, z, 0, length, resources.scratch(), worker);
  }

  /** Writes q and r of dx = scale * dz + (q * (x - high) + r) behind the pattern of y. */
  private void placeSlopes(
      float[] pattern, Normalization normalization, float[] dgamma, float[] dbeta, int rows) {
    Moments moments = normalization.moments();
    for (int c = 0; c < channels; c++) {
      double s = moments.inverseDeviation(c, g.epsilon());
      double p = normalization.gamma()[c] * s;
      double q = -p * s * dgamma[c] / rows;
      // the rounding error of the mean as a float is in r
      double low = moments.mean()[c] - pattern[c];
      pattern[3 * period + c] = (float) q;
      pattern[4 * period + c] = (float) (-p * dbeta[c] / rows - q * low);
    }
    sums.repeat(pattern, 3 * period);
    sums.repeat(pattern, 4 * period);
  }

  @Override
  public void backwardInput(
      Tensor dx, Tensor dy, Normalization normalization, Resources resources) {
    Moments moments = normalization.moments();
    float[] gamma = normalization.gamma();
    float[] pattern = resources.scratch().shared(0, period);
    for (int c = 0; c < channels; c++) {
      pattern[c] = (float) (gamma[c] * moments.inverseDeviation(c, g.epsilon()));
    }
    sums.repeat(pattern, 0);
    resources.run(
        dy.elements(),
        piece,
        (from, length, worker) -> NormLoops.scale(dx, dy, from, length, pattern, period));
  }
}

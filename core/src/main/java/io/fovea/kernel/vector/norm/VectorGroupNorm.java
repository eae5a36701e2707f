package io.fovea.kernel.vector.norm;

import io.fovea.kernel.geometry.GroupNormGeometry;
import io.fovea.kernel.op.Clamp;
import io.fovea.kernel.op.GroupNormKernel;
import io.fovea.kernel.op.Moments;
import io.fovea.kernel.op.Resources;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Normalisation of groups of channels within images, an image a piece of work. An image is a matrix
 * of pixels and channels, which is read as {@link VectorBatchNorm2d} reads a batch: {@link
 * ChannelSums} gives each channel's sums over blocks of rows, in one pass over x, and these are
 * combined into the groups' moments in double. A mean a thousand times the deviation costs no
 * accuracy.
 *
 * <p>Parameter gradients: each image leaves one sum a channel, and these are added in the images'
 * order.
 */
public final class VectorGroupNorm implements GroupNormKernel {
  private final GroupNormGeometry g;
  private final int channels;
  private final int width;
  private final ChannelSums sums;
  private final int period;
  private final int blockRows;
  private final int blocks;

  public VectorGroupNorm(GroupNormGeometry geometry) {
    this.g = geometry;
    this.channels = g.channels();
    this.width = g.groupChannels();
    this.sums = new ChannelSums(channels);
    this.period = sums.period();
    this.blockRows = sums.blockRows();
    this.blocks = Math.ceilDiv(g.pixels(), blockRows);
  }

  private int image(Tensor x, int n) {
    return x.offset() + n * g.elements();
  }

  private int rowsOf(int block) {
    return Math.min(blockRows, g.pixels() - block * blockRows);
  }

  @Override
  public void forward(
      Tensor y, Moments moments, Tensor x, float[] gamma, float[] beta, Resources resources) {
    resources.run(
        x.count(),
        (n, worker) -> {
          float[] results = resources.scratch().of(worker, 0, blocks * 3 * channels);
          float[] work = resources.scratch().of(worker, 1, 4 * period);
          for (int block = 0; block < blocks; block++) {
            int xAt = image(x, n) + block * blockRows * channels;
            sums.moments(results, block * 3 * channels, x.array(), xAt, rowsOf(block), work);
          }
          combine(moments, n * g.groups(), results);
          float[] pattern = resources.scratch().of(worker, 1, 4 * period);
          outputPattern(pattern, moments, n, gamma, beta);
          NormLoops.normalize(
              y.array(), image(y, n), x.array(), image(x, n), g.elements(), pattern, period);
        });
  }

  /** Combines the blocks' centres, sums of d and of d * d into an image's moments. */
  private void combine(Moments moments, int first, float[] results) {
    double[] mean = moments.mean();
    double[] variance = moments.variance();
    Arrays.fill(mean, first, first + g.groups(), 0);
    Arrays.fill(variance, first, first + g.groups(), 0);
    for (int block = 0; block < blocks; block++) {
      int at = block * 3 * channels;
      int n = rowsOf(block);
      for (int c = 0; c < channels; c++) {
        mean[first + c / width] += (double) n * results[at + c] + results[at + channels + c];
      }
    }
    for (int k = first; k < first + g.groups(); k++) {
      mean[k] /= g.values();
    }
    for (int block = 0; block < blocks; block++) {
      int at = block * 3 * channels;
      int n = rowsOf(block);
      for (int c = 0; c < channels; c++) {
        double sum = results[at + channels + c];
        double distance = results[at + c] + sum / n - mean[first + c / width];
        variance[first + c / width] +=
            results[at + 2 * channels + c] - sum * sum / n + n * distance * distance;
      }
    }
    for (int k = first; k < first + g.groups(); k++) {
      variance[k] = Math.max(0, variance[k] / g.values());
    }
  }

  /**
   * The numbers of y = (x - high) * scale + shift for an image: high is the mean as a float, whose
   * rounding error is in the shift.
   */
  private void outputPattern(float[] pattern, Moments moments, int n, float[] gamma, float[] beta) {
    for (int c = 0; c < channels; c++) {
      int k = n * g.groups() + c / width;
      float high = (float) moments.mean()[k];
      double scale = moments.inverseDeviation(k, g.epsilon()) * gamma[c];
      pattern[c] = high;
      pattern[period + c] = (float) scale;
      pattern[2 * period + c] = (float) (beta[c] - (moments.mean()[k] - high) * scale);
    }
    for (int k = 0; k < 3; k++) {
      sums.repeat(pattern, k * period);
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
    float[] all = resources.scratch().shared(0, x.count() * 2 * channels);
    resources.run(
        x.count(),
        (n, worker) -> {
          float[] pattern = resources.scratch().of(worker, 0, 5 * period);
          for (int c = 0; c < channels; c++) {
            pattern[c] = (float) moments.mean()[n * g.groups() + c / width];
          }
          sums.repeat(pattern, 0);
          products(all, n, x, dy, pattern, resources, worker);
          if (dx != null) {
            placeSlopes(pattern, all, n, moments, gamma);
            NormLoops.gradient(
                dx.array(),
                image(dx, n),
                dy.array(),
                image(dy, n),
                x.array(),
                image(x, n),
                g.elements(),
                pattern,
                period);
          }
        });
    addImages(dgamma, dbeta, all, x.count(), moments);
  }

  /** The sums of dy and of dy * (x - high) of an image, for each channel. */
  private void products(
      float[] all, int n, Tensor x, Tensor dy, float[] high, Resources resources, int worker) {
    float[] block = resources.scratch().of(worker, 1, 2 * channels);
    float[] work = resources.scratch().of(worker, 2, 2 * period);
    int at = n * 2 * channels;
    Arrays.fill(all, at, at + 2 * channels, 0);
    for (int b = 0; b < blocks; b++) {
      int from = b * blockRows * channels;
      sums.products(
          block,
          0,
          dy.array(),
          image(dy, n) + from,
          x.array(),
          image(x, n) + from,
          rowsOf(b),
          high,
          Clamp.NONE,
          work);
      for (int c = 0; c < 2 * channels; c++) {
        all[at + c] += block[c];
      }
    }
  }

  /**
   * Writes scale, q and r of dx = scale * dy + (q * (x - high) + r) where {@link NormLoops} reads
   * them: the rounding error of the mean as a float is in r.
   */
  private void placeSlopes(float[] pattern, float[] all, int n, Moments moments, float[] gamma) {
    int at = n * 2 * channels;
    for (int k = 0; k < g.groups(); k++) {
      int group = n * g.groups() + k;
      double s = moments.inverseDeviation(group, g.epsilon());
      double low = moments.mean()[group] - pattern[k * width];
      double a = 0;
      double products = 0;
      for (int c = k * width; c < (k + 1) * width; c++) {
        a += (double) gamma[c] * all[at + c];
        products += (double) gamma[c] * all[at + channels + c];
      }
      double b = s * (products - low * a);
      double q = -s * s * b / g.values();
      double r = -s * a / g.values() - q * low;
      for (int c = k * width; c < (k + 1) * width; c++) {
        pattern[period + c] = (float) (s * gamma[c]);
        pattern[3 * period + c] = (float) q;
        pattern[4 * period + c] = (float) r;
      }
    }
    sums.repeat(pattern, period);
    sums.repeat(pattern, 3 * period);
    sums.repeat(pattern, 4 * period);
  }

  private void addImages(float[] dgamma, float[] dbeta, float[] all, int count, Moments moments) {
    for (int c = 0; c < channels; c++) {
      double scale = 0;
      double shift = 0;
      for (int n = 0; n < count; n++) {
        int k = n * g.groups() + c / width;
        double low = moments.mean()[k] - (float) moments.mean()[k];
        double sum = all[n * 2 * channels + c];
        double products = all[(n * 2 + 1) * channels + c];
        scale += moments.inverseDeviation(k, g.epsilon()) * (products - low * sum);
        shift += sum;
      }
      dgamma[c] = (float) scale;
      dbeta[c] = (float) shift;
    }
  }
}

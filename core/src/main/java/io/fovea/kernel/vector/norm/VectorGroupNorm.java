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
 * Normalisation within images, an image a piece of work. An image is a matrix of pixels and
 * channels; {@link RowSums} sums blocks of its rows in float, which are folded into groups in
 * double. A first pass computes each group's approximate mean, a second one sums the distances from
 * it and their squares, and corrects for the mean's error (the corrected two-pass algorithm: Chan,
 * Golub and LeVeque, "Algorithms for computing the sample variance", The American Statistician
 * 37(3), 1983), so that a mean a thousand times the deviation costs no accuracy.
 *
 * <p>Parameter gradients: each image leaves one sum a channel, and these are added in the images'
 * order. With one pixel, as in layer normalisation, they are summed over the images directly, with
 * the channels divided into fixed parts.
 */
public final class VectorGroupNorm implements GroupNormKernel {
  /** Rows of one block, which limits the additions in float before they are folded. */
  private static final int ROWS = 64;

  /** Channels of one part of the parameter gradients with one pixel. */
  private static final int PART = 1 << 10;

  private final GroupNormGeometry g;
  private final int channels;
  private final int width;

  public VectorGroupNorm(GroupNormGeometry geometry) {
    this.g = geometry;
    this.channels = g.channels();
    this.width = g.groupChannels();
  }

  @Override
  public void forward(
      Tensor y, Moments moments, Tensor x, float[] gamma, float[] beta, Resources resources) {
    resources.run(
        x.count(),
        (n, worker) -> {
          float[] high = resources.scratch().of(worker, 0, channels);
          float[] sums = resources.scratch().of(worker, 1, 2 * channels);
          moments(moments, x, n, high, sums);
          float[] scale = resources.scratch().of(worker, 2, channels);
          float[] shift = sums;
          for (int k = 0; k < g.groups(); k++) {
            int group = n * g.groups() + k;
            double s = moments.inverseDeviation(group, g.epsilon());
            double low = moments.mean()[group] - high[k * width];
            for (int c = k * width; c < (k + 1) * width; c++) {
              scale[c] = (float) (s * gamma[c]);
              shift[c] = (float) (beta[c] - low * s * gamma[c]);
            }
          }
          normalize(y, x, n, high, scale, shift);
        });
  }

  /** Computes the moments; also fills high, each channel's mean as a float. */
  private void moments(Moments moments, Tensor x, int n, float[] high, float[] sums) {
    int first = n * g.groups();
    double[] mean = moments.mean();
    double[] variance = moments.variance();
    Arrays.fill(mean, first, first + g.groups(), 0);
    Arrays.fill(variance, first, first + g.groups(), 0);
    for (int row = 0; row < g.pixels(); row += ROWS) {
      RowSums.plain(sums, x.array(), rowAt(x, n, row), rowsFrom(row), channels);
      fold(mean, first, sums, 0);
    }
    spread(high, mean, first, 1.0 / g.values());
    double[] distances = new double[g.groups()];
    for (int row = 0; row < g.pixels(); row += ROWS) {
      RowSums.centred(sums, x.array(), rowAt(x, n, row), rowsFrom(row), high, channels);
      fold(distances, 0, sums, 0);
      fold(variance, first, sums, channels);
    }
    for (int k = 0; k < g.groups(); k++) {
      double distance = distances[k] / g.values();
      mean[first + k] = high[k * width] + distance;
      double squares = variance[first + k] / g.values() - distance * distance;
      variance[first + k] = Math.max(0, squares);
    }
  }

  /** Adds the channels' sums to their groups'. */
  private void fold(double[] groups, int groupsAt, float[] sums, int at) {
    for (int k = 0; k < g.groups(); k++) {
      double sum = groups[groupsAt + k];
      for (int c = k * width; c < (k + 1) * width; c++) {
        sum += sums[at + c];
      }
      groups[groupsAt + k] = sum;
    }
  }

  /** Copies the groups' numbers, times a factor, to each channel. */
  private void spread(float[] each, double[] groups, int groupsAt, double factor) {
    for (int k = 0; k < g.groups(); k++) {
      float value = (float) (groups[groupsAt + k] * factor);
      Arrays.fill(each, k * width, (k + 1) * width, value);
    }
  }

  private int rowAt(Tensor x, int n, int row) {
    return x.offset() + (n * g.pixels() + row) * channels;
  }

  private int rowsFrom(int row) {
    return Math.min(ROWS, g.pixels() - row);
  }

  /** y = (x - high) * scale + shift: the rounding error of the mean as a float is in the shift. */
  private void normalize(Tensor y, Tensor x, int n, float[] high, float[] scale, float[] shift) {
    for (int row = 0; row < g.pixels(); row++) {
      int yAt = rowAt(y, n, row);
      int xAt = rowAt(x, n, row);
      int c = 0;
      for (; c < SPECIES.loopBound(channels); c += Lanes.COUNT) {
        FloatVector.fromArray(SPECIES, x.array(), xAt + c)
            .sub(FloatVector.fromArray(SPECIES, high, c))
            .fma(FloatVector.fromArray(SPECIES, scale, c), FloatVector.fromArray(SPECIES, shift, c))
            .intoArray(y.array(), yAt + c);
      }
      for (; c < channels; c++) {
        y.array()[yAt + c] = Math.fma(x.array()[xAt + c] - high[c], scale[c], shift[c]);
      }
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
    boolean kept = g.pixels() > 1;
    float[] all = resources.scratch().shared(0, kept ? x.count() * 2 * channels : 0);
    if (kept || dx != null) {
      resources.run(
          x.count(),
          (n, worker) -> {
            float[] sums = kept ? all : resources.scratch().of(worker, 0, 2 * channels);
            int at = kept ? n * 2 * channels : 0;
            float[] high = resources.scratch().of(worker, 1, channels);
            spread(high, moments.mean(), n * g.groups(), 1);
            products(sums, at, x, dy, n, high);
            if (dx != null) {
              float[] factors = resources.scratch().of(worker, 2, 3 * channels);
              factors(factors, sums, at, n, high, moments, gamma);
              gradient(dx, x, dy, n, high, factors);
            }
          });
    }
    if (kept) {
      addImages(dgamma, dbeta, all, x.count(), moments);
    } else {
      addRows(dgamma, dbeta, x, dy, moments, resources);
    }
  }

  private void products(float[] sums, int at, Tensor x, Tensor dy, int n, float[] high) {
    Arrays.fill(sums, at, at + 2 * channels, 0);
    for (int row = 0; row < g.pixels(); row += ROWS) {
      RowSums.addProducts(
          sums,
          at,
          dy.array(),
          rowAt(dy, n, row),
          x.array(),
          rowAt(x, n, row),
          rowsFrom(row),
          high,
          channels);
    }
  }

  /** Computes p, q and r of {@link #gradient} for each channel, in three consecutive runs. */
  private void factors(
      float[] factors, float[] sums, int at, int n, float[] high, Moments moments, float[] gamma) {
    for (int k = 0; k < g.groups(); k++) {
      int group = n * g.groups() + k;
      double s = moments.inverseDeviation(group, g.epsilon());
      double low = moments.mean()[group] - high[k * width];
      double a = 0;
      double products = 0;
      for (int c = k * width; c < (k + 1) * width; c++) {
        a += (double) gamma[c] * sums[at + c];
        products += (double) gamma[c] * sums[at + channels + c];
      }
      double b = s * (products - low * a);
      double q = -s * s * b / g.values();
      double r = -s * a / g.values() - q * low;
      for (int c = k * width; c < (k + 1) * width; c++) {
        factors[c] = (float) (s * gamma[c]);
        factors[channels + c] = (float) q;
        factors[2 * channels + c] = (float) r;
      }
    }
  }

  /** dx = p * dy + (q * (x - high) + r): the rounding error of the mean as a float is in r. */
  private void gradient(Tensor dx, Tensor x, Tensor dy, int n, float[] high, float[] factors) {
    for (int row = 0; row < g.pixels(); row++) {
      int dxAt = rowAt(dx, n, row);
      int xAt = rowAt(x, n, row);
      int dyAt = rowAt(dy, n, row);
      int c = 0;
      for (; c < SPECIES.loopBound(channels); c += Lanes.COUNT) {
        FloatVector rest =
            FloatVector.fromArray(SPECIES, x.array(), xAt + c)
                .sub(FloatVector.fromArray(SPECIES, high, c))
                .fma(
                    FloatVector.fromArray(SPECIES, factors, channels + c),
                    FloatVector.fromArray(SPECIES, factors, 2 * channels + c));
        FloatVector.fromArray(SPECIES, dy.array(), dyAt + c)
            .fma(FloatVector.fromArray(SPECIES, factors, c), rest)
            .intoArray(dx.array(), dxAt + c);
      }
      for (; c < channels; c++) {
        float distance = x.array()[xAt + c] - high[c];
        float rest = Math.fma(distance, factors[channels + c], factors[2 * channels + c]);
        dx.array()[dxAt + c] = Math.fma(dy.array()[dyAt + c], factors[c], rest);
      }
    }
  }

  /** Adds the images' sums in their order. */
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

  /** Sums the parameter gradients where an image is one row, images in their order. */
  private void addRows(
      float[] dgamma, float[] dbeta, Tensor x, Tensor dy, Moments moments, Resources resources) {
    resources.run(
        Math.ceilDiv(channels, PART),
        (part, worker) -> {
          int end = Math.min(channels, (part + 1) * PART);
          Arrays.fill(dgamma, part * PART, end, 0);
          Arrays.fill(dbeta, part * PART, end, 0);
          for (int n = 0; n < x.count(); n++) {
            for (int k = part * PART / width; k * width < end; k++) {
              int from = Math.max(part * PART, k * width);
              int to = Math.min(end, (k + 1) * width);
              addRow(dgamma, dbeta, x, dy, moments, n, k, from, to);
            }
          }
        });
  }

  /** Adds channels from (inclusive) to (exclusive), of group k. */
  private void addRow(
      float[] dgamma,
      float[] dbeta,
      Tensor x,
      Tensor dy,
      Moments moments,
      int n,
      int k,
      int from,
      int to) {
    int xAt = rowAt(x, n, 0);
    int dyAt = rowAt(dy, n, 0);
    double mean = moments.mean()[n * g.groups() + k];
    float high = (float) mean;
    float low = (float) (mean - high);
    float s = (float) moments.inverseDeviation(n * g.groups() + k, g.epsilon());
    for (int c = from; c < to; c++) {
      float xhat = (x.array()[xAt + c] - high - low) * s;
      dgamma[c] = Math.fma(dy.array()[dyAt + c], xhat, dgamma[c]);
      dbeta[c] += dy.array()[dyAt + c];
    }
  }
}

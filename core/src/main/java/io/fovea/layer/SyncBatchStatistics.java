package io.fovea.layer;

import io.fovea.kernel.op.Moments;
import io.fovea.parallel.ProcessGroup;
import io.fovea.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Synchronised batch statistics: the mean and variance of a batch that several workers compute in
 * parts. With m values a channel in a part and M in the full batch,
 *
 * <pre>
 * mean = sum over parts of m * mean / M
 * variance = sum over parts of m * (variance + mean^2) / M - mean^2
 * </pre>
 *
 * in double, where the difference keeps 10 digits of the variance as long as the mean is below a
 * thousand deviations.
 *
 * @param own m
 * @param all M; m where the batch is not divided
 * @param group the workers; null where the batch is not divided
 */
record SyncBatchStatistics(long own, long all, @Nullable ProcessGroup group) {
  /**
   * Sums over the full batch, as the kernels expect them for a part: times m / M, because they
   * divide by m.
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Sums(float[] dgamma, float[] dbeta) {}

  /** Replaces the moments of the part x by those of the full batch. */
  static SyncBatchStatistics of(Tensor x, Moments moments, @Nullable ProcessGroup group) {
    long own = (long) x.count() * x.shape().size(1) * x.shape().size(2);
    if (group == null) {
      return new SyncBatchStatistics(own, own, null);
    }
    double[] mean = moments.mean();
    double[] variance = moments.variance();
    int channels = mean.length;
    double[] sums = new double[1 + 2 * channels];
    sums[0] = own;
    for (int c = 0; c < channels; c++) {
      sums[1 + c] = own * mean[c];
      sums[1 + channels + c] = own * (variance[c] + mean[c] * mean[c]);
    }
    group.sum(sums);
    double all = sums[0];
    for (int c = 0; c < channels; c++) {
      mean[c] = sums[1 + c] / all;
      variance[c] = Math.max(0, sums[1 + channels + c] / all - mean[c] * mean[c]);
    }
    return new SyncBatchStatistics(own, (long) all, group);
  }

  /** The sums of gradients over all parts. */
  Sums sums(float[] dgamma, float[] dbeta) {
    if (group == null) {
      return new Sums(dgamma, dbeta);
    }
    int channels = dgamma.length;
    double[] sums = new double[2 * channels];
    for (int c = 0; c < channels; c++) {
      sums[c] = dgamma[c];
      sums[channels + c] = dbeta[c];
    }
    group.sum(sums);
    Sums scaled = new Sums(new float[channels], new float[channels]);
    for (int c = 0; c < channels; c++) {
      scaled.dgamma[c] = (float) (sums[c] * own / all);
      scaled.dbeta[c] = (float) (sums[channels + c] * own / all);
    }
    return scaled;
  }
}

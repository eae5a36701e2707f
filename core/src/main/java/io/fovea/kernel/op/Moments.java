package io.fovea.kernel.op;

/**
 * Mean and variance of each channel, over all images and pixels:
 *
 * <pre>
 * mean[c]     = sum over n,h,w of x[n,c,h,w] / M
 * variance[c] = sum over n,h,w of (x[n,c,h,w] - mean[c])^2 / M        M = N*H*W (the biased variance)
 * </pre>
 *
 * They are doubles, because x - mean would lose most of its digits if a mean that is large beside
 * the deviation were rounded to float.
 */
public final class Moments {
  private final double[] mean;
  private final double[] variance;

  public Moments(int channels) {
    this.mean = new double[channels];
    this.variance = new double[channels];
  }

  /** Moments from constants, such as running statistics. */
  public static Moments of(float[] mean, float[] variance) {
    Moments moments = new Moments(mean.length);
    for (int c = 0; c < mean.length; c++) {
      moments.mean[c] = mean[c];
      moments.variance[c] = variance[c];
    }
    return moments;
  }

  /** The means: not a copy. */
  public double[] mean() {
    return mean;
  }

  /** The biased variances: not a copy. */
  public double[] variance() {
    return variance;
  }

  /** One over the deviation of channel c: 1 / sqrt(variance[c] + epsilon). */
  public double inverseDeviation(int c, double epsilon) {
    return 1 / Math.sqrt(variance[c] + epsilon);
  }

  /** The running mean after this batch: (1 - momentum) * before + momentum * mean[c]. */
  public double runningMean(int c, double before, double momentum) {
    return (1 - momentum) * before + momentum * mean[c];
  }

  /**
   * The running variance after this batch, of the unbiased variance: (1 - momentum) * before +
   * momentum * variance[c] * M / (M - 1).
   *
   * @param values M, from 2
   */
  public double runningVariance(int c, double before, double momentum, long values) {
    return (1 - momentum) * before + momentum * (variance[c] * values / (values - 1));
  }
}

package io.fovea.metrics;

import java.util.stream.LongStream;

/**
 * Whether a network's confidence equals its accuracy. Predictions are put into {@link #BINS} bins
 * by their confidence, the probability of the predicted class; bin b, from 0, holds the confidences
 * in (b / {@link #BINS}, (b + 1) / {@link #BINS}]. The expected calibration error is
 *
 * <pre>
 * ECE = sum over b of |B(b)| / n * | accuracy(B(b)) - confidence(B(b)) |
 * </pre>
 *
 * with the accuracy and the mean confidence of each bin (Guo et al., "On calibration of modern
 * neural networks", arXiv 1706.04599, sections 2 and 3; 15 bins as there in section 5). Not safe
 * for use by several threads.
 */
public final class Calibration {
  /** The number of bins, all of the same width. */
  public static final int BINS = 15;

  private final long[] counts = new long[BINS];
  private final long[] right = new long[BINS];
  private final double[] confidence = new double[BINS];

  /** A calibration without predictions. */
  public Calibration() {}

  /**
   * Counts one prediction.
   *
   * @param p its probability, 0 to 1
   * @param isRight whether it was correct
   */
  public void add(double p, boolean isRight) {
    int bin = Math.clamp((long) Math.ceil(p * BINS) - 1, 0, BINS - 1);
    counts[bin]++;
    right[bin] += isRight ? 1 : 0;
    confidence[bin] += p;
  }

  /** The lower end of a bin; this confidence itself belongs to the bin before. */
  public static double from(int bin) {
    return (double) bin / BINS;
  }

  /** The upper end of a bin. */
  public static double to(int bin) {
    return (double) (bin + 1) / BINS;
  }

  /** The number of predictions in a bin. */
  public long count(int bin) {
    return counts[bin];
  }

  /** The accuracy in a bin; 0 in an empty one. */
  public double accuracy(int bin) {
    return counts[bin] == 0 ? 0 : (double) right[bin] / counts[bin];
  }

  /** The mean confidence in a bin; 0 in an empty one. */
  public double confidence(int bin) {
    return counts[bin] == 0 ? 0 : confidence[bin] / counts[bin];
  }

  /** The number of all predictions. */
  public long total() {
    return LongStream.of(counts).sum();
  }

  /**
   * The expected calibration error, from 0 (perfectly calibrated) to 1; 0 where nothing was
   * counted.
   */
  public double error() {
    double sum = 0;
    for (int bin = 0; bin < BINS; bin++) {
      // The bin's count cancels: count / n * |right / count - confidence / count|.
      sum += Math.abs(right[bin] - confidence[bin]);
    }
    long total = total();
    return total == 0 ? 0 : sum / total;
  }
}

package io.fovea.train;

import java.util.stream.IntStream;

/**
 * How often each class was taken for each: rows are labels, columns predictions. Not safe for use
 * by several threads.
 */
public final class ConfusionMatrix {
  private final long[][] counts;

  /** An empty matrix. */
  public ConfusionMatrix(int classes) {
    counts = new long[classes][classes];
  }

  /** Counts one image. */
  public void add(int label, int predicted) {
    counts[label][predicted]++;
  }

  /** The number of classes. */
  public int classes() {
    return counts.length;
  }

  /** How often {@code label} was taken for {@code predicted}. */
  public long count(int label, int predicted) {
    return counts[label][predicted];
  }

  /** Images counted. */
  public long total() {
    return IntStream.range(0, classes()).mapToLong(this::support).sum();
  }

  /** Images counted whose prediction is their label. */
  public long correct() {
    return IntStream.range(0, classes()).mapToLong(k -> counts[k][k]).sum();
  }

  /** correct / total; 0 where nothing was counted. */
  public double accuracy() {
    return ratio(correct(), total());
  }

  /** Images with a label. */
  public long support(int label) {
    long sum = 0;
    for (long count : counts[label]) {
      sum += count;
    }
    return sum;
  }

  /** Of the images taken for k, the share that are k; 0 where there are none. */
  public double precision(int k) {
    long taken = 0;
    for (long[] row : counts) {
      taken += row[k];
    }
    return ratio(counts[k][k], taken);
  }

  /** Of the images that are k, the share taken for k; 0 where there are none. */
  public double recall(int k) {
    return ratio(counts[k][k], support(k));
  }

  /** The harmonic mean of precision and recall; 0 where both are. */
  public double f1(int k) {
    double p = precision(k);
    double r = recall(k);
    return p + r == 0 ? 0 : 2 * p * r / (p + r);
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}

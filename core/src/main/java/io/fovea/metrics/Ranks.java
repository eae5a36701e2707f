package io.fovea.metrics;

/**
 * The rank of the correct class when the classes are sorted by probability: at rank 0 the
 * prediction is correct, below rank k the class is among the k most probable. Of equally probable
 * classes the one with the smaller index comes first, as {@link
 * io.fovea.inference.Prediction#index()} chooses. Not safe for use by several threads.
 */
public final class Ranks {
  private final long[] counts;

  /** Ranks without images. */
  public Ranks(int classes) {
    counts = new long[classes];
  }

  /**
   * Counts one image.
   *
   * @param p the probabilities of the classes
   * @param label the label of the image
   */
  public void add(double[] p, int label) {
    int rank = 0;
    for (int k = 0; k < p.length; k++) {
      if (p[k] > p[label] || (p[k] == p[label] && k < label)) {
        rank++;
      }
    }
    counts[Double.isNaN(p[label]) ? counts.length - 1 : rank]++;
  }

  /** The number of classes. */
  public int classes() {
    return counts.length;
  }

  /**
   * The share of images whose label is among the k most probable classes; 0 where nothing was
   * counted.
   *
   * @throws IllegalArgumentException if k is not from 1 to the number of classes
   */
  public double topAccuracy(int k) {
    if (k < 1 || k > counts.length) {
      throw new IllegalArgumentException(
          "top-k accuracy: expects k from 1 to %d, the number of classes, got %d"
              .formatted(counts.length, k));
    }
    long found = 0;
    long total = 0;
    for (int rank = 0; rank < counts.length; rank++) {
      found += rank < k ? counts[rank] : 0;
      total += counts[rank];
    }
    return total == 0 ? 0 : (double) found / total;
  }
}

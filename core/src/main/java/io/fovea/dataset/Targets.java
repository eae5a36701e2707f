package io.fovea.dataset;

import java.util.Arrays;

/**
 * The target outputs for the images of a batch: a share of 0 to 1 for each image and class. An
 * image of one class has share 1 there; a mixture of two images has the shares of both; where
 * classes do not exclude each other, several may have 1.
 *
 * <p>The label of an image is the class that counts as correct for the accuracy.
 */
public final class Targets {
  private final int[] labels;
  private final float[] shares;
  private final int count;
  private final int classes;

  private Targets(int[] labels, float[] shares, int count, int classes) {
    this.labels = labels;
    this.shares = shares;
    this.count = count;
    this.classes = classes;
  }

  /** Share 1 for the label of each of the first {@code count} images. */
  public static Targets of(int[] labels, int count, int classes) {
    float[] shares = new float[count * classes];
    for (int n = 0; n < count; n++) {
      shares[n * classes + labels[n]] = 1;
    }
    return new Targets(labels, shares, count, classes);
  }

  /**
   * Targets in the given arrays, not copied, of which the front is used.
   *
   * @param labels a label for each image
   * @param shares (N, K), row-major
   * @throws IllegalArgumentException if an array is too short
   */
  public static Targets on(int[] labels, float[] shares, int count, int classes) {
    if (labels.length < count || shares.length < (long) count * classes) {
      throw new IllegalArgumentException(
          "targets: %d images of %d classes need %d labels and %d shares, got %d and %d"
              .formatted(
                  count, classes, count, (long) count * classes, labels.length, shares.length));
    }
    return new Targets(labels, shares, count, classes);
  }

  /** N, the number of images. */
  public int count() {
    return count;
  }

  /** K, the number of classes. */
  public int classes() {
    return classes;
  }

  /** The label of image n. */
  public int label(int n) {
    return labels[n];
  }

  /** The share of class k in image n. */
  public float share(int n, int k) {
    return shares[n * classes + k];
  }

  /**
   * Makes image n a mixture: {@code keep} of its own shares, and the rest of those of image {@code
   * other} in {@code before}. Its label stays.
   *
   * @param before targets of the same batch that do not change meanwhile
   */
  public void mix(int n, float keep, Targets before, int other) {
    for (int k = 0; k < classes; k++) {
      shares[n * classes + k] = keep * before.share(n, k) + (1 - keep) * before.share(other, k);
    }
  }

  /** An independent copy. */
  public Targets copy() {
    return new Targets(
        Arrays.copyOf(labels, count), Arrays.copyOf(shares, count * classes), count, classes);
  }
}

package io.fovea.network;

import java.util.Arrays;

/**
 * The features of a network's training images: a Gaussian for each class, all with the same
 * diagonal covariance. An image whose features are far from the mean of every class is unlike the
 * training images (the Mahalanobis distance of Lee et al., arXiv 1807.03888, without correlations).
 *
 * @param node the node of the network whose values are the features; of a map, the mean of each
 *     channel
 * @param means (classes, features)
 * @param deviations the standard deviation of each feature within the classes
 * @param limit the largest {@link #distance} of an image that is like the training images
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record FeatureGaussian(String node, float[][] means, float[] deviations, double limit) {
  /**
   * A Gaussian with these numbers.
   *
   * @throws IllegalArgumentException if a class has another number of features than there are
   *     deviations, or a number is not finite, or a deviation or the limit not positive
   */
  public FeatureGaussian {
    boolean isFit = means.length > 0 && deviations.length > 0 && limit > 0;
    for (float[] mean : means) {
      isFit &= mean.length == deviations.length;
      for (float value : mean) {
        isFit &= Float.isFinite(value);
      }
    }
    for (float deviation : deviations) {
      isFit &= deviation > 0 && Float.isFinite(deviation);
    }
    if (!isFit) {
      throw new IllegalArgumentException(
          "features: expects finite means of %d features for each class, and positive deviations and limit, got others; fit them again"
              .formatted(deviations.length));
    }
  }

  /**
   * A Gaussian with the means of the classes and the deviations within them, each plus a tenth of
   * their mean, since some features hardly vary.
   *
   * @param node the node of the features
   * @param features (images, features), images of every class
   * @param labels the class of each image
   * @param classes the number of classes
   * @param limit the distance above which an image is unlike them
   */
  public static FeatureGaussian fit(
      String node, float[][] features, int[] labels, int classes, double limit) {
    int width = features[0].length;
    double[][] sums = new double[classes][width];
    int[] counts = new int[classes];
    for (int i = 0; i < labels.length; i++) {
      counts[labels[i]]++;
      for (int f = 0; f < width; f++) {
        sums[labels[i]][f] += features[i][f];
      }
    }
    float[][] means = new float[classes][width];
    for (int k = 0; k < classes; k++) {
      for (int f = 0; f < width; f++) {
        means[k][f] = (float) (sums[k][f] / Math.max(1, counts[k]));
      }
    }
    double[] squares = new double[width];
    for (int i = 0; i < labels.length; i++) {
      for (int f = 0; f < width; f++) {
        double from = features[i][f] - means[labels[i]][f];
        squares[f] += from * from;
      }
    }
    double freedom = Math.max(1, labels.length - classes);
    double[] deviations = Arrays.stream(squares).map(s -> Math.sqrt(s / freedom)).toArray();
    double floor = 0.1 * Arrays.stream(deviations).reduce(0, Double::sum) / width;
    float[] floored = new float[width];
    for (int f = 0; f < width; f++) {
      floored[f] = (float) Math.max(deviations[f] + floor, Float.MIN_NORMAL);
    }
    return new FeatureGaussian(node, means, floored, limit);
  }

  /**
   * The distance of features x to the nearest class: the least over k of the mean over f of ((x[f]
   * - means[k][f]) / deviations[f])^2; about 1 for the training images.
   *
   * @param except a class left out, as if it were unknown; -1 for none
   */
  public double distance(float[] x, int offset, int except) {
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < means.length; k++) {
      float[] mean = means[k];
      if (k == except) {
        continue;
      }
      double sum = 0;
      for (int f = 0; f < mean.length; f++) {
        double z = (x[offset + f] - mean[f]) / deviations[f];
        sum += z * z;
      }
      least = Math.min(least, sum / mean.length);
    }
    return least;
  }
}

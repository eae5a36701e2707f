package io.fovea.network;

/**
 * The features of a network's training images: a Gaussian for each class, all with the same
 * diagonal covariance. An image whose features are far from the mean of every class is unlike the
 * training images (the Mahalanobis distance of Lee et al., arXiv 1807.03888, without correlations).
 *
 * @param node the node of the network whose values are the features
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
   * The distance of features x to the nearest class: the least over k of the mean over f of ((x[f]
   * - means[k][f]) / deviations[f])^2; about 1 for the training images.
   */
  public double distance(float[] x, int offset) {
    double least = Double.POSITIVE_INFINITY;
    for (float[] mean : means) {
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

package io.fovea.transfer.head;

import io.fovea.network.AnswerRule;
import io.fovea.network.FeatureGaussian;
import io.fovea.network.Graph;
import io.fovea.train.CachedFeatures;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/** How near photos are to those of the training, by what the last layer reads. */
public final class Familiarity {
  /** Of the photos whose class an answer need not name, the share that may be called unlike. */
  private static final double ALARMS = 0.5;

  /** What is added to each deviation, as a share of their mean: some features hardly vary. */
  private static final double FLOOR = 0.1;

  private final FeatureGaussian gaussian;

  private Familiarity(FeatureGaussian gaussian) {
    this.gaussian = gaussian;
  }

  /** What is fitted to the features of training photos. */
  public static Familiarity of(CachedFeatures data) {
    return new Familiarity(fit("features", data, Double.MAX_VALUE));
  }

  private static FeatureGaussian fit(String node, CachedFeatures data, double limit) {
    float[][] rows =
        IntStream.range(0, data.size()).mapToObj(i -> row(data, i)).toArray(float[][]::new);
    int[] labels = IntStream.range(0, data.size()).map(data::label).toArray();
    return fit(node, rows, labels, data.classes(), limit);
  }

  /** View 0 of an image. */
  public static float[] row(CachedFeatures data, int image) {
    float[] row = new float[data.width()];
    for (int f = 0; f < row.length; f++) {
      row[f] = data.value(image, 0, f);
    }
    return row;
  }

  /** The distance of each photo to the nearest class. */
  public double[] distances(CachedFeatures photos) {
    return IntStream.range(0, photos.size())
        .mapToDouble(i -> gaussian.distance(row(photos, i), 0))
        .toArray();
  }

  /**
   * The rule for a network's answers, with the thresholds that the held-out photos need.
   *
   * @param node what the last layer reads
   * @param data its values for the training photos
   * @param distances those of held-out photos
   * @param ofTrueClass the probability of each held-out photo's own class
   */
  public static AnswerRule.OneLabel rule(
      Graph graph,
      String node,
      CachedFeatures data,
      double[] distances,
      double[] ofTrueClass,
      double coverage) {
    double limit =
        graph.shape(node).rank() == 1 ? limit(coverage, distances) : Double.POSITIVE_INFINITY;
    return new AnswerRule.OneLabel(
        coverage,
        least(coverage, distances, limit, ofTrueClass),
        Optional.of(limit).filter(Double::isFinite).map(most -> fit(node, data, most)));
  }

  /**
   * The distance above which an image is unlike the others: that of the a-th farthest of n, a =
   * floor((n + 1) (1 - coverage) / 2); infinite where a is 0.
   */
  static double limit(double coverage, double[] distances) {
    double[] sorted = distances.clone();
    Arrays.sort(sorted);
    int alarms = exceptions(sorted.length, ALARMS * (1 - coverage));
    return alarms < 1 ? Double.POSITIVE_INFINITY : sorted[sorted.length - alarms];
  }

  /**
   * The least probability for a coverage: of n images, it is the k-th smallest probability of the
   * true class, k = floor((n + 1) (1 - coverage)), where those from the limit on come first, since
   * they are called unlike; 0, so that every class is in the answer, where the images are too few
   * for the coverage.
   *
   * @param ofTrueClass the probability of each held-out image's own class
   */
  static double least(double coverage, double[] distances, double limit, double[] ofTrueClass) {
    double[] sorted =
        IntStream.range(0, distances.length)
            .mapToDouble(i -> distances[i] < limit ? ofTrueClass[i] : 0)
            .sorted()
            .toArray();
    int k = exceptions(sorted.length, 1 - coverage);
    return k < 1 ? 0 : sorted[k - 1];
  }

  /** How many of n held-out images may be exceptions, so that the share of new ones are. */
  private static int exceptions(int n, double share) {
    return (int) Math.floor((n + 1) * share + 1e-9);
  }

  /**
   * Fits means and deviations.
   *
   * @param features (images, features), images of every class
   * @param labels the class of each image
   * @param classes the number of classes
   * @param limit the distance above which an image is unlike them
   */
  static FeatureGaussian fit(
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
    double floor = FLOOR * Arrays.stream(deviations).reduce(0, Double::sum) / width;
    float[] floored = new float[width];
    for (int f = 0; f < width; f++) {
      floored[f] = (float) Math.max(deviations[f] + floor, Float.MIN_NORMAL);
    }
    return new FeatureGaussian(node, means, floored, limit);
  }
}

package io.fovea.transfer.head;

import io.fovea.network.AnswerRule;
import io.fovea.network.FeatureGaussian;
import io.fovea.train.CachedFeatures;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/** How near photos are to those of the training, by the features of a layer. */
public final class Familiarity {
  /** Of the photos whose class an answer need not name, the share that may be called unlike. */
  private static final double ALARMS = 0.5;

  private final FeatureGaussian gaussian;

  private Familiarity(FeatureGaussian gaussian) {
    this.gaussian = gaussian;
  }

  /** What is fitted to the features of training photos. */
  public static Familiarity of(CachedFeatures data) {
    return new Familiarity(fit("features", data, Double.MAX_VALUE));
  }

  private static FeatureGaussian fit(String node, CachedFeatures data, double limit) {
    float[][] rows = IntStream.range(0, data.size()).mapToObj(data::row).toArray(float[][]::new);
    int[] labels = IntStream.range(0, data.size()).map(data::label).toArray();
    return FeatureGaussian.fit(node, rows, labels, data.classes(), limit);
  }

  /** The distance of each photo to the nearest class, its own left out or not. */
  public double[] distances(CachedFeatures photos, boolean isOwnLeftOut) {
    return IntStream.range(0, photos.size())
        .mapToDouble(i -> gaussian.distance(photos.row(i), 0, isOwnLeftOut ? photos.label(i) : -1))
        .toArray();
  }

  /**
   * The rule for a network's answers, with the thresholds that the held-out photos need.
   *
   * @param node the node of the features
   * @param data its values for the training photos
   * @param distances those of held-out photos
   * @param toOthers those to the nearest class but their own
   * @param ofTrueClass the probability of each held-out photo's own class
   */
  public static AnswerRule.OneLabel rule(
      String node,
      CachedFeatures data,
      double[] distances,
      double[] toOthers,
      double[] ofTrueClass,
      double coverage) {
    double limit = limit(coverage, distances);
    Optional<FeatureGaussian> features =
        Optional.of(limit).filter(Double::isFinite).map(most -> fit(node, data, most));
    return new AnswerRule.OneLabel(
        coverage,
        least(coverage, distances, limit, ofTrueClass),
        features,
        features.map(
            own ->
                new AnswerRule.UnlikeShares(
                    distances.length, from(limit, distances), from(limit, toOthers))));
  }

  private static int from(double limit, double[] distances) {
    return (int) Arrays.stream(distances).filter(distance -> distance >= limit).count();
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
}

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

  /** Distances are about 1; below this, they are those of copies. */
  private static final double NEAREST = 0.01;

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
    return new AnswerRule.OneLabel(
        coverage,
        least(coverage, distances, limit, ofTrueClass),
        Optional.of(fit(node, data, limit)),
        Optional.of(
            new AnswerRule.UnlikeShares(
                distances.length, beyond(limit, distances), beyond(limit, toOthers))));
  }

  private static int beyond(double limit, double[] distances) {
    return (int) Arrays.stream(distances).filter(distance -> distance > limit).count();
  }

  /**
   * The distance above which an image is unlike the others: a log-normal distribution with the mean
   * and the deviation of these has (1 - coverage) / 2 beyond it. The farthest of few images says
   * little about the next.
   */
  static double limit(double coverage, double[] distances) {
    // The logarithm of 0, of a copy, would make the deviation infinite.
    double[] logs =
        Arrays.stream(distances).map(d -> StrictMath.log(Math.max(d, NEAREST))).toArray();
    double mean = Arrays.stream(logs).reduce(0, Double::sum) / logs.length;
    double squares =
        Arrays.stream(logs).map(log -> (log - mean) * (log - mean)).reduce(0, Double::sum);
    double beyond = quantile(1 - ALARMS * (1 - coverage));
    return StrictMath.exp(mean + beyond * Math.sqrt(squares / Math.max(1, logs.length - 1)));
  }

  /** Of the normal distribution, to 0.01 (Joiner and Rosenblatt, JASA 66, 1971, p. 394). */
  private static double quantile(double p) {
    return 4.91 * (StrictMath.pow(p, 0.14) - StrictMath.pow(1 - p, 0.14));
  }

  /**
   * The least probability for a coverage: of n images, k = floor((n + 1) (1 - coverage)) may be
   * without their class. Those beyond the limit count first, since they are called unlike; of the
   * others, it is the smallest probability of the true class but for the rest of k, or for half of
   * k where that is more. 0, so that every class is in the answer, where the images are too few.
   *
   * @param ofTrueClass the probability of each held-out image's own class
   */
  static double least(double coverage, double[] distances, double limit, double[] ofTrueClass) {
    double[] near =
        IntStream.range(0, distances.length)
            .filter(i -> distances[i] <= limit)
            .mapToDouble(i -> ofTrueClass[i])
            .sorted()
            .toArray();
    // 1e-9: 10 * (1 - 0.9) is just below 1 in double.
    int k = (int) Math.floor((distances.length + 1) * (1 - coverage) + 1e-9);
    int rest = Math.max(k - (distances.length - near.length), (k + 1) / 2);
    return rest < 1 || near.length < rest ? 0 : near[rest - 1];
  }
}

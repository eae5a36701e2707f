package io.fovea.network;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * When a prediction names a class, several or none, measured on photos that the network did not
 * learn from.
 */
public sealed interface AnswerRule {
  /** Tells images unlike all training images apart; empty if that was not measured. */
  default Optional<FeatureGaussian> features() {
    return Optional.empty();
  }

  /**
   * A rule for classes that exclude each other: the answer is those that an image can be.
   *
   * @param coverage the share of new images of the same kind whose class is in the answer and that
   *     are not called unlike the others, such as 0.95 (split conformal prediction: Vovk et al.,
   *     Algorithmic Learning in a Random World, 2005)
   * @param least a class with at least this probability is in the answer
   * @param features tells images unlike all training images apart; empty if that was not measured
   * @param unlike how well the features tell; empty if that was not measured
   */
  record OneLabel(
      double coverage,
      double least,
      Optional<FeatureGaussian> features,
      Optional<UnlikeShares> unlike)
      implements AnswerRule {
    /**
     * A rule with these numbers.
     *
     * @throws IllegalArgumentException if the coverage is not above 0 and below 1, or the least
     *     probability not from 0 to 1
     */
    public OneLabel {
      if (!(coverage > 0 && coverage < 1)) {
        throw new IllegalArgumentException(
            "answer: expects a coverage above 0 and below 1, got " + coverage + "; usual is 0.95");
      }
      requireProbability(least);
    }

    /** A rule without measured shares. */
    public OneLabel(double coverage, double least, Optional<FeatureGaussian> features) {
      this(coverage, least, features, Optional.empty());
    }
  }

  /**
   * How well features tell unlike images, by counts of held-out images.
   *
   * @param own those beyond the limit
   * @param leftOut those that are if their own class is left out: images of an unknown class of the
   *     same kind
   */
  record UnlikeShares(int images, int own, int leftOut) {
    /** Such as "2.4 % of own held-out photos, 61.0 % of photos of a class left out". */
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%.1f %% of own held-out photos, %.1f %% of photos of a class left out",
          100.0 * own / images,
          100.0 * leftOut / images);
    }
  }

  /**
   * A rule for classes that do not exclude each other: their probabilities are sigmoids of the
   * outputs, and the answer is those that an image has.
   *
   * @param thresholds for each class, the probability from which on it is in the answer
   */
  record SeveralLabels(List<Double> thresholds) implements AnswerRule {
    /**
     * A rule with these thresholds.
     *
     * @throws IllegalArgumentException if one is not from 0 to 1
     */
    public SeveralLabels {
      thresholds = List.copyOf(thresholds);
      thresholds.forEach(AnswerRule::requireProbability);
    }

    /** The rule of a network whose thresholds were not measured: 0.5 for each class. */
    public static SeveralLabels usual(int classes) {
      return new SeveralLabels(Collections.nCopies(classes, 0.5));
    }
  }

  private static void requireProbability(double least) {
    if (!(least >= 0 && least <= 1)) {
      throw new IllegalArgumentException(
          "answer: expects a least probability from 0 to 1, got " + least);
    }
  }
}

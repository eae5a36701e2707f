package io.fovea.network;

import java.util.Optional;

/**
 * When a prediction names a class, several or none, measured on photos that the network did not
 * learn from.
 *
 * @param coverage the share of new images of the same kind whose class is in the answer, such as
 *     0.95 (split conformal prediction: Vovk et al., Algorithmic Learning in a Random World, 2005)
 * @param least a class with at least this probability is in the answer
 * @param features tells images unlike all training images apart; empty if that was not measured
 */
public record AnswerRule(double coverage, double least, Optional<FeatureGaussian> features) {
  /**
   * A rule with these numbers.
   *
   * @throws IllegalArgumentException if the coverage is not above 0 and below 1, or the least
   *     probability not from 0 to 1
   */
  public AnswerRule {
    if (!(coverage > 0 && coverage < 1)) {
      throw new IllegalArgumentException(
          "answer: expects a coverage above 0 and below 1, got " + coverage + "; usual is 0.95");
    }
    if (!(least >= 0 && least <= 1)) {
      throw new IllegalArgumentException(
          "answer: expects a least probability from 0 to 1, got " + least);
    }
  }
}

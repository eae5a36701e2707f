package io.fovea.train;

import io.fovea.metrics.Evaluation;
import java.util.Optional;

/**
 * One finished epoch.
 *
 * @param epoch from 1
 * @param step updates done by its end
 * @param trainLoss the mean loss of its images, each before its update
 * @param trainAccuracy their share of right answers
 * @param validation the validation set after this epoch, where there is one
 * @param test the test set after this epoch, where there is one: looked at, never steered by
 * @param seconds training time of the epoch, evaluation left out
 */
public record EpochReport(
    int epoch,
    long step,
    double trainLoss,
    double trainAccuracy,
    Optional<Score> validation,
    Optional<Score> test,
    double seconds) {
  /**
   * Loss and accuracy on a data set.
   *
   * @param loss the mean of {@link io.fovea.loss.Loss#judge}
   * @param accuracy share of right answers
   */
  public record Score(double loss, double accuracy) {
    static Score of(Evaluation evaluation) {
      return new Score(evaluation.loss(), evaluation.accuracy());
    }
  }
}

package io.fovea.train;

import io.fovea.metrics.Evaluation;
import java.util.Optional;

/**
 * One finished epoch.
 *
 * @param epoch from 1
 * @param step updates done by its end
 * @param trainLoss the mean loss of its images, each before its update
 * @param trainAccuracy their accuracy
 * @param validation the validation set after this epoch, if there is one
 * @param test the test set after this epoch, if there is one; training never depends on it
 * @param seconds training time of the epoch without evaluation
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
   * @param accuracy the share of correct predictions
   */
  public record Score(double loss, double accuracy) {
    static Score of(Evaluation evaluation) {
      return new Score(evaluation.loss(), evaluation.accuracy());
    }
  }
}

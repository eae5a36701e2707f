package io.fovea.train;

import io.fovea.metrics.Evaluation;
import java.util.Locale;
import java.util.Optional;

/**
 * One finished epoch.
 *
 * @param epoch from 1
 * @param step updates done by its end
 * @param trainLoss the mean loss of its images, each before its update
 * @param trainAccuracy the share of them whose most probable class is their label, or one of them
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
   * @param accuracy the share of correct predictions; with isMeanAp, the mean average precision
   * @param isMeanAp whether images have several labels, so that mean average precision judges
   */
  public record Score(double loss, double accuracy, boolean isMeanAp) {
    /** A score of images with one label each. */
    public Score(double loss, double accuracy) {
      this(loss, accuracy, false);
    }

    static Score of(Evaluation evaluation) {
      return new Score(evaluation.loss(), evaluation.figure(), evaluation.multiLabel().isPresent());
    }

    /** The name of the second figure: "accuracy" or "mean AP". */
    public String figure() {
      return isMeanAp ? "mean AP" : "accuracy";
    }

    /** Loss and accuracy, such as "loss 0.0301 acc 99.02%", or "loss 0.0301 mAP 99.02%". */
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "loss %.4f %s %.2f%%", loss, isMeanAp ? "mAP" : "acc", 100 * accuracy);
    }
  }

  /**
   * Loss and accuracy of each part and the time, within 80 columns: "epoch 2/3 train loss 0.0512
   * acc 98.41% 0:31".
   *
   * @param epochs the epochs of the complete run
   */
  public String line(int epochs) {
    return text("epoch %d/%d".formatted(epoch, epochs));
  }

  /** The {@link #line} without the number of epochs. */
  @Override
  public String toString() {
    return text("epoch %d".formatted(epoch));
  }

  private String text(String begin) {
    StringBuilder line = new StringBuilder(begin);
    if (validation.or(() -> test).filter(Score::isMeanAp).isPresent()) {
      line.append(String.format(Locale.ROOT, "  train %.4f", trainLoss)); // no AP to compare
    } else {
      append(line, "train", new Score(trainLoss, trainAccuracy));
    }
    validation.ifPresent(score -> append(line, "val", score));
    test.ifPresent(score -> append(line, "test", score));
    long whole = Math.round(seconds);
    return line.append("  %d:%02d".formatted(whole / 60, whole % 60)).toString();
  }

  /** With validation images most words are left out: three parts would not fit into a line. */
  private void append(StringBuilder line, String name, Score score) {
    String text = score.toString();
    if (validation.isPresent()) {
      text = text.replace("loss ", "").replace("acc ", "");
    }
    line.append("  ").append(name).append(' ').append(text);
  }
}

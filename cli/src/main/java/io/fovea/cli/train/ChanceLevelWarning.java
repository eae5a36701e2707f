package io.fovea.cli.train;

import io.fovea.metrics.ConfusionMatrix;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The warning that a model is no better than predicting a single class. */
public final class ChanceLevelWarning {
  private ChanceLevelWarning() {}

  /**
   * The warning for an accuracy that is at most two standard errors above that of always predicting
   * the most frequent class of the test images. Empty if there are too few images to tell.
   *
   * @param labels the names of the classes
   * @param cure what to do about it
   */
  public static Optional<String> of(ConfusionMatrix matrix, List<String> labels, String cure) {
    int most = 0;
    for (int k = 1; k < labels.size(); k++) {
      most = matrix.support(k) > matrix.support(most) ? k : most;
    }
    double share = (double) matrix.support(most) / matrix.total();
    double error = Math.sqrt(share * (1 - share) / matrix.total());
    double limit = share + 2 * error;
    if (limit >= 1 || matrix.accuracy() > limit) { // a limit of 1: too few images
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "at chance level: always predicting \"%s\" would be correct for %.2f %% of these images; %s",
            labels.get(most),
            100 * share,
            cure));
  }
}

package io.fovea.metrics;

import io.fovea.dataset.Dataset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** The warning that a model is no better than predicting a single class. */
public final class ChanceLevel {
  private ChanceLevel() {}

  /**
   * The warning for an accuracy that is at most two standard errors above that of always predicting
   * the most frequent class of the test images. Empty if the two errors reach half-way to 1.
   *
   * @param labels the names of the classes
   * @param cure what to do about it
   */
  public static Optional<String> warning(ConfusionMatrix matrix, List<String> labels, String cure) {
    long[] support = IntStream.range(0, labels.size()).mapToLong(matrix::support).toArray();
    return warning(matrix.accuracy(), support, labels, cure);
  }

  /**
   * The same for an accuracy on the images of a data set.
   *
   * @param cure what to do about it
   */
  public static Optional<String> warning(double accuracy, Dataset images, String cure) {
    long[] support = new long[images.classes().size()];
    for (int i = 0; i < images.size(); i++) {
      support[images.label(i)]++;
    }
    return warning(accuracy, support, images.classes(), cure);
  }

  private static Optional<String> warning(
      double accuracy, long[] support, List<String> labels, String cure) {
    int most = 0;
    long total = 0;
    for (int k = 0; k < support.length; k++) {
      most = support[k] > support[most] ? k : most;
      total += support[k];
    }
    double share = (double) support[most] / total;
    double error = Math.sqrt(share * (1 - share) / total);
    double limit = share + 2 * error;
    if (limit >= (1 + share) / 2 || accuracy > limit) { // the first: too few images
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

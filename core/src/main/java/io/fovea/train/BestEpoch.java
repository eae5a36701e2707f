package io.fovea.train;

import java.util.List;

/**
 * The best epoch so far: the first one with the lowest validation loss; without validation images,
 * the latest.
 *
 * @param epoch its number; 0 if no epoch is done, or none had a finite loss
 * @param validationLoss its validation loss; infinite where there is none
 */
public record BestEpoch(int epoch, double validationLoss) {
  /** The best of some epochs. */
  public static BestEpoch of(List<EpochReport> epochs) {
    BestEpoch best = new BestEpoch(0, Double.POSITIVE_INFINITY);
    for (EpochReport report : epochs) {
      if (report.validation().isEmpty()) {
        best = new BestEpoch(report.epoch(), best.validationLoss());
      } else if (report.validation().get().loss() < best.validationLoss()) {
        best = new BestEpoch(report.epoch(), report.validation().get().loss());
      }
    }
    return best;
  }

  /**
   * True if the last of these epochs came {@code patience} epochs after their best. (A loss that is
   * no number ends the run, see {@link FiniteCheck}.)
   */
  static boolean isLongAgo(List<EpochReport> epochs, int patience) {
    return patience > 0
        && !epochs.isEmpty()
        && epochs.getLast().validation().filter(v -> Double.isFinite(v.loss())).isPresent()
        && epochs.getLast().epoch() - of(epochs).epoch() >= patience;
  }
}

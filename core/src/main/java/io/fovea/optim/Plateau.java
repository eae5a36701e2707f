package io.fovea.optim;

import java.util.List;

/**
 * Lowers the learning rate when the loss no longer falls, as PyTorch's ReduceLROnPlateau does after
 * each epoch:
 *
 * <pre>
 * an epoch is good if loss &lt; best * (1 - threshold); then best = loss
 * after more than patience bad ones in a row: rate = max(rate * factor, least), and cooldown
 * epochs follow, in which bad ones do not count
 * </pre>
 *
 * The state of PyTorch's class (best loss, bad epochs, cooldown) is computed from the losses of the
 * finished epochs, which a checkpoint contains. A loss that is not finite is bad. Unlike in
 * PyTorch, tiny changes of the rate are applied too.
 *
 * @param patience the number of bad epochs in a row that are tolerated
 * @param factor above 0 and below 1
 * @param threshold the smallest improvement that counts, as a fraction of the best loss
 * @param cooldown epochs after a change in which bad ones do not count
 * @param least the lowest factor of the base rate, from 0
 */
public record Plateau(int patience, double factor, double threshold, int cooldown, double least)
    implements Schedule {
  public Plateau {
    if (patience < 0 || !(factor > 0 && factor < 1)) {
      throw new IllegalArgumentException(
          "schedule: plateau needs a patience of 0 epochs or more and a factor above 0 and below 1, got %d and %s"
              .formatted(patience, factor));
    }
    if (!(threshold >= 0 && threshold < 1) || cooldown < 0 || !(least >= 0 && least <= 1)) {
      throw new IllegalArgumentException(
          "schedule: plateau needs a threshold from 0 to below 1, a cooldown of 0 epochs or more and a least factor from 0 to 1, got %s, %d and %s"
              .formatted(threshold, cooldown, least));
    }
  }

  double factor(List<Double> losses) {
    double rate = 1;
    double best = Double.POSITIVE_INFINITY;
    int bad = 0;
    int cooling = 0;
    for (double loss : losses) {
      if (loss < best * (1 - threshold)) {
        best = loss;
        bad = 0;
      } else {
        bad++;
      }
      if (cooling > 0) {
        cooling--;
        bad = 0;
      }
      if (bad > patience) {
        rate = Math.max(rate * factor, least);
        cooling = cooldown;
        bad = 0;
      }
    }
    return rate;
  }
}

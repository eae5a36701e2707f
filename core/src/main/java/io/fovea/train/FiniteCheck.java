package io.fovea.train;

import io.fovea.network.Weights;
import io.fovea.tensor.Tensor;
import java.util.Optional;

/**
 * Checks at the end of an epoch that weights, losses and outputs are finite. The next step's loss
 * would show it too, but there may be no next step, and until then the epoch's weights would be
 * published and kept as the best ones.
 */
final class FiniteCheck {
  private FiniteCheck() {}

  /**
   * Checks one epoch.
   *
   * @param trial the network's outputs for noise
   * @throws DivergedException if a weight, a loss or an output is NaN or infinite
   */
  static void require(EpochReport epoch, Weights weights, Tensor trial, double rate) {
    for (String name : weights.names()) {
      for (float value : weights.values(name)) {
        if (!Float.isFinite(value)) {
          throw new DivergedException("a weight of " + name, value, epoch, rate);
        }
      }
    }
    require("the validation loss", epoch.validation(), epoch, rate);
    require("the test loss", epoch.test(), epoch, rate);
    for (int i = 0; i < trial.elements(); i++) {
      float output = trial.array()[trial.offset() + i];
      if (!Float.isFinite(output)) {
        throw new DivergedException("an output", output, epoch, rate);
      }
    }
  }

  private static void require(
      String what, Optional<EpochReport.Score> score, EpochReport epoch, double rate) {
    if (score.isPresent() && !Double.isFinite(score.get().loss())) {
      throw new DivergedException(what, score.get().loss(), epoch, rate);
    }
  }
}

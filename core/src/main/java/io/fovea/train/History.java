package io.fovea.train;

import io.fovea.network.Network;
import java.util.List;

/**
 * The result of a run.
 *
 * @param network the trained network
 * @param epochs the finished epochs
 * @param steps updates done
 * @param stopped true if the run ended before its last step: a listener stopped it, or it stopped
 *     early
 * @param stoppedEarly true if the validation loss no longer fell: see {@link Trainer#earlyStop}
 */
public record History(
    Network network, List<EpochReport> epochs, long steps, boolean stopped, boolean stoppedEarly) {
  /** The best of the epochs. */
  public BestEpoch best() {
    return BestEpoch.of(epochs);
  }
}

package io.fovea.train;

import io.fovea.network.Network;
import java.util.List;
import java.util.stream.Collectors;

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
  /** A line for each epoch. */
  @Override
  public String toString() {
    String lines =
        epochs.stream()
            .map(EpochReport::toString)
            .collect(Collectors.joining(System.lineSeparator()));
    return lines.isEmpty() ? "no finished epoch, %d steps".formatted(steps) : lines;
  }

  /** The best of the epochs. */
  public BestEpoch best() {
    return BestEpoch.of(epochs);
  }
}

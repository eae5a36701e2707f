package io.fovea.cli.train.engine;

import io.fovea.cli.screen.ProgressLines;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.train.Checkpoint;
import io.fovea.train.EpochReport;
import io.fovea.train.History;
import io.fovea.train.Listener;
import io.fovea.train.Training;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run without steps, for listeners: its network is complete, and its only epoch is the fit of a
 * last layer, or a choice among candidates.
 */
record HeadTraining(Network network, TrainJob job) implements Training {
  History finish(
      EpochReport.Score train,
      Optional<EpochReport.Score> validation,
      double seconds,
      List<Listener> listeners) {
    EpochReport report =
        new EpochReport(
            1, 1, train.loss(), train.accuracy(), validation, Optional.empty(), seconds);
    List<EpochReport> epochs = new ArrayList<>(List.of(report));
    for (Listener listener : listeners) {
      if (!(listener instanceof ProgressLines)) { // "epoch 1/1" would say nothing
        listener.onEpoch(this, report);
      }
    }
    listeners.forEach(listener -> listener.onEnd(this));
    return new History(network, epochs, 1, false, false);
  }

  @Override
  public Weights snapshot() {
    return network.weights();
  }

  /** A checkpoint at the end of the run; there is nothing to resume. */
  @Override
  public Checkpoint checkpoint() {
    return new Checkpoint(
        network.weights(),
        "l-bfgs",
        Map.of(),
        new Checkpoint.Position(1, 2, 0, 0, 0, 0, 0),
        job.settings().get(TrainFlags.SEED),
        "",
        Checkpoint.kernels(job.settings().get(TrainFlags.KERNELS)),
        List.of(),
        Map.of(),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public int epochs() {
    return 1;
  }

  @Override
  public int images() {
    return job.parts().train().size();
  }

  @Override
  public long steps() {
    return 1;
  }

  /** Does nothing: the work is complete when listeners are called. */
  @Override
  public void stop() {}
}

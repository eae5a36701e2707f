package io.fovea.cli.train.record;

import io.fovea.replay.WeightsHash;
import io.fovea.run.RunMetrics;
import io.fovea.train.EpochReport;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Training;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Writes each epoch and every n-th step to the run's metrics. */
public final class MetricsLog implements Listener {
  private final RunMetrics metrics;
  private final int every;
  private final List<StepReport> logged = new ArrayList<>();

  public MetricsLog(RunMetrics metrics, int every) {
    this.metrics = metrics;
    this.every = every;
  }

  /** The logged steps, for the report's curves; a resumed run has those before it, too. */
  public List<StepReport> logged() {
    return List.copyOf(logged);
  }

  /** Drops the lines after a step, those after the checkpoint of a resumed run. */
  public void cutBackTo(long step) throws IOException {
    logged.clear();
    metrics.cutBackTo(step);
    metrics.read(logged::add, epoch -> {});
  }

  @Override
  public void onStep(Training training, StepReport step) {
    step(step);
  }

  /** Logs a step, if it is one of the logged ones. */
  public void step(StepReport step) {
    if (step.step() % every != 0 && step.step() != 1) {
      return;
    }
    logged.add(step);
    FolderWrite.run(() -> metrics.append(step));
  }

  @Override
  public void onEpoch(Training training, EpochReport epoch) {
    FolderWrite.run(() -> metrics.append(epoch, WeightsHash.of(training.snapshot())));
  }
}

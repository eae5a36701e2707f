package io.fovea.spark.train;

import io.fovea.train.EpochReport;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Training;
import java.util.ArrayList;
import java.util.List;

/** Remembers everything it hears; the last it heard of a step counts. */
final class Log implements Listener {
  final List<String> calls = new ArrayList<>();
  final List<StepReport> steps = new ArrayList<>();
  final List<EpochReport> epochs = new ArrayList<>();

  @Override
  public void onStart(Training training) {
    calls.add(
        "start %d epochs, %d images, %d steps"
            .formatted(training.epochs(), training.images(), training.steps()));
  }

  @Override
  public void onStep(Training training, StepReport step) {
    steps.removeIf(before -> before.step() >= step.step());
    steps.add(step);
  }

  @Override
  public void onEpoch(Training training, EpochReport epoch) {
    epochs.removeIf(before -> before.epoch() >= epoch.epoch());
    epochs.add(epoch);
  }

  @Override
  public void onEnd(Training training) {
    calls.add("end");
  }

  List<Double> losses() {
    return steps.stream().map(StepReport::loss).toList();
  }
}

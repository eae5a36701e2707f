package io.fovea.cli;

import io.fovea.train.Checkpoint;
import io.fovea.train.EpochReport;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Training;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a run's files up to date, with weights that are known to give a finite loss: a checkpoint
 * every so many steps and after each epoch, the latest model, and the best one by validation loss
 * (without validation images, the latest). Ends the run when the validation loss has not improved
 * for a number of epochs.
 */
final class Keeper implements Listener {
  private final RunFolder folder;
  private final int every;
  private final int patience;
  private long saved = -1;
  private double bestLoss = Double.POSITIVE_INFINITY;
  private int bestEpoch;
  private boolean stoppedEarly;
  private @Nullable Checkpoint pending;

  Keeper(RunFolder folder, int every, int patience) {
    this.folder = folder;
    this.every = every;
    this.patience = patience;
  }

  /** Takes up what the run had come to before a resume. */
  void remember(Checkpoint checkpoint) {
    checkpoint.history().forEach(this::improved);
    saved = checkpoint.position().step();
  }

  /** The step of the last checkpoint written; -1 if there is none. */
  long saved() {
    return saved;
  }

  /** True if the validation loss ended the run. */
  boolean stoppedEarly() {
    return stoppedEarly;
  }

  /** The epoch whose model is kept as the best. */
  int bestEpoch() {
    return bestEpoch;
  }

  @Override
  public void onStep(Training training, StepReport step) {
    if (pending != null) {
      write(pending, training); // its weights have just given a finite loss
      pending = null;
    }
    if (step.step() % every == 0) {
      pending = training.checkpoint();
    }
  }

  @Override
  public void onEpoch(Training training, EpochReport epoch) {
    pending = null;
    if (!isFinite(epoch)) {
      return; // the next step will end the run; what was written before is better
    }
    try {
      folder.writeModel(RunFolder.MODEL, training.network());
      if (improved(epoch)) {
        folder.writeModel(RunFolder.BEST, training.network());
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    checkpoint(training);
    if (patience > 0 && epoch.epoch() - bestEpoch >= patience) {
      stoppedEarly = true;
      training.stop();
    }
  }

  /** Without validation images every epoch counts as an improvement. */
  private boolean improved(EpochReport epoch) {
    double loss = epoch.validation().map(EpochReport.Score::loss).orElse(Double.NEGATIVE_INFINITY);
    if (epoch.validation().isPresent() && !(loss < bestLoss)) {
      return false;
    }
    bestLoss = epoch.validation().isPresent() ? loss : bestLoss;
    bestEpoch = epoch.epoch();
    return true;
  }

  /** Writes a checkpoint of the present step. */
  void checkpoint(Training training) {
    write(training.checkpoint(), training);
  }

  private void write(Checkpoint checkpoint, Training training) {
    try {
      folder.writeCheckpoint(checkpoint, training.network());
      saved = checkpoint.position().step();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static boolean isFinite(EpochReport epoch) {
    return epoch.test().map(score -> Double.isFinite(score.loss())).orElse(true)
        && epoch.validation().map(score -> Double.isFinite(score.loss())).orElse(true);
  }
}

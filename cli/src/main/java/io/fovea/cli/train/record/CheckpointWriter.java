package io.fovea.cli.train.record;

import io.fovea.run.RunFolder;
import io.fovea.train.BestEpoch;
import io.fovea.train.Checkpoint;
import io.fovea.train.EpochReport;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Training;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a run's checkpoints and models, with weights that gave a finite loss: a checkpoint at
 * intervals of steps and after each epoch, the latest model, and the best one by validation loss
 * (without validation images, the latest).
 */
public final class CheckpointWriter implements Listener {
  private final RunFolder folder;
  private final int every;
  private final List<EpochReport> epochs = new ArrayList<>();
  private long saved = -1;
  private @Nullable Checkpoint pending;

  public CheckpointWriter(RunFolder folder, int every) {
    this.folder = folder;
    this.every = every;
  }

  /**
   * Goes on behind a checkpoint.
   *
   * @param parents the number of epochs of a fork's parent, none of which is the run's best
   */
  public void remember(Checkpoint checkpoint, int parents) {
    checkpoint.history().stream().filter(epoch -> epoch.epoch() > parents).forEach(epochs::add);
    saved = checkpoint.position().step();
  }

  /** Drops the state after a step, from which the run resumes. */
  public void cutBackTo(long step) {
    pending = null;
    epochs.removeIf(epoch -> epoch.step() > step);
  }

  /** The step of the last checkpoint written; -1 if there is none. */
  public long saved() {
    return saved;
  }

  @Override
  public void onStep(Training training, StepReport step) {
    if (pending != null) {
      write(pending, training); // its weights gave a finite loss
      pending = null;
    }
    if (step.step() % every == 0) {
      pending = training.checkpoint();
    }
  }

  @Override
  public void onEpoch(Training training, EpochReport epoch) {
    pending = null;
    epochs.add(epoch);
    FolderWrite.run(
        () -> {
          folder.writeModel(RunFolder.MODEL, training.network());
          if (BestEpoch.of(epochs).epoch() == epoch.epoch()) {
            folder.writeModel(RunFolder.BEST, training.network());
          }
        });
    checkpoint(training);
  }

  public void checkpoint(Training training) {
    write(training.checkpoint(), training);
  }

  private void write(Checkpoint checkpoint, Training training) {
    FolderWrite.run(
        () -> {
          folder.writeCheckpoint(checkpoint, training.network());
          saved = checkpoint.position().step();
        });
  }
}

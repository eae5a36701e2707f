package io.fovea.cli.train.record;

import io.fovea.dataset.Dataset;
import io.fovea.format.Checkpoints;
import io.fovea.replay.ImageChecksums;
import io.fovea.replay.WeightsHash;
import io.fovea.run.RunConfig;
import io.fovea.run.RunFolder;
import io.fovea.train.Checkpoint;
import io.fovea.train.EpochReport;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes what a run can be proven by: the fingerprint of its images and their checksums, its
 * kernels and the weights that it started with; and the checkpoints that are kept.
 */
public final class AuditLog implements Listener {
  private final RunFolder folder;
  private final Dataset train;
  private final boolean keepsStart;
  private final int every;
  private String start = "";
  private long startStep = -1;
  private boolean isWritten;

  /**
   * @param keepsStart whether the weights at the start do not follow from the flags
   * @param every the epochs between kept checkpoints; 0 for none
   */
  public AuditLog(RunFolder folder, Dataset train, boolean keepsStart, int every) {
    this.folder = folder;
    this.train = train;
    this.keepsStart = keepsStart;
    this.every = every;
  }

  @Override
  public void onStart(Training training) {
    FolderWrite.run(
        () -> {
          isWritten =
              !folder.has(RunFolder.CONFIG)
                  || !RunConfig.read(folder.file(RunFolder.CONFIG)).audit().isEmpty();
          if (keepsStart && !isWritten) {
            keep(training, training.checkpoint());
          }
        });
    start = WeightsHash.of(training.snapshot());
  }

  @Override
  public void onStep(Training training, StepReport step) {
    if (startStep < 0) {
      startStep = step.step() - 1;
    }
  }

  private void keep(Training training, Checkpoint checkpoint) throws IOException {
    Files.createDirectories(folder.file(RunFolder.KEPT));
    Checkpoints.write(checkpoint, training.network(), folder.kept(checkpoint.position().step()));
  }

  @Override
  public void onEpoch(Training training, EpochReport epoch) {
    FolderWrite.run(
        () -> {
          if (!isWritten && folder.has(RunFolder.CONFIG)) {
            isWritten = true; // not at the start: the fingerprint reads all images
            Checkpoint now = training.checkpoint();
            Map<String, String> facts = new LinkedHashMap<>();
            facts.put("data", now.data());
            facts.put("kernels", now.kernels());
            if (startStep == 0 || keepsStart) { // not where an interrupted run went on
              facts.put("start", start);
              facts.put("startStep", Long.toString(startStep));
            }
            RunConfig config = RunConfig.read(folder.file(RunFolder.CONFIG)).withAudit(facts);
            folder.write(RunFolder.CONFIG, config.json());
            ImageChecksums.write(folder.path(), train);
          }
          if (every > 0 && epoch.epoch() % every == 0) {
            keep(training, training.checkpoint());
          }
        });
  }
}

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
  private static final String START = "start";

  private final RunFolder folder;
  private final Dataset train;
  private final boolean keepsStart;
  private final int every;
  private final Map<String, String> facts = new LinkedHashMap<>();
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
          isWritten = true;
          if (folder.has(RunFolder.CONFIG)) {
            facts.putAll(RunConfig.read(folder.file(RunFolder.CONFIG)).audit());
            isWritten = facts.containsKey("data");
          }
          Checkpoint now = training.checkpoint();
          long step = now.position().step();
          if (isWritten || facts.containsKey(START) || (step > 0 && !keepsStart)) {
            return; // or where an interrupted run goes on
          }
          facts.put(START, WeightsHash.of(training.snapshot()));
          facts.put("startStep", Long.toString(step));
          if (keepsStart) {
            keep(training, now);
            write(); // an interrupted run begins with it, too
          }
        });
  }

  private void write() throws IOException {
    RunConfig config = RunConfig.read(folder.file(RunFolder.CONFIG)).withAudit(facts);
    folder.write(RunFolder.CONFIG, config.json());
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
            facts.put("data", now.data());
            facts.put("kernels", now.kernels());
            write();
            ImageChecksums.write(folder.path(), train);
          }
          if (every > 0 && epoch.epoch() % every == 0) {
            keep(training, training.checkpoint());
          }
        });
  }
}

package io.fovea.cli.train.engine;

import io.fovea.cli.run.RunFolders;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.ReplayProgress;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.Fork;
import io.fovea.cli.train.flags.Settings;
import io.fovea.dataset.Dataset;
import io.fovea.format.Checkpoints;
import io.fovea.network.Network;
import io.fovea.network.RefusedException;
import io.fovea.network.Weights;
import io.fovea.replay.Replay;
import io.fovea.replay.RunAudit;
import io.fovea.run.FolderLock;
import io.fovea.run.RunConfig;
import io.fovea.run.RunFolder;
import io.fovea.train.Checkpoint;
import io.fovea.train.EpochReport;
import io.fovea.train.Resumption;
import io.fovea.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The run of a folder, with what is needed to train it again. */
public final class RunReplay {
  private final TrainJob job;
  private final Checkpoint end;
  private final int threads;

  private RunReplay(TrainJob job, Checkpoint end, int threads) {
    this.job = job;
    this.end = end;
    this.threads = threads;
  }

  /** Opens a run and its images. */
  public static RunReplay of(
      Console screen, String command, Path run, Optional<Path> dataDir, int threads)
      throws IOException {
    RunFolder folder = new RunFolder(run);
    if (!folder.has(RunFolder.CONFIG)) {
      throw new UsageException(
          "%s: expects the folder of a run, got %s, which has no %s; give one such as runs/NAME"
              .formatted(command, run, RunFolder.CONFIG));
    }
    RunConfig config = RunFolders.config(folder);
    if (!config.cluster().isEmpty()) {
      throw new Failure(
          "%s: %s was trained on a cluster, whose sums are rounded otherwise; it needs a run of fovea train"
              .formatted(command, run));
    }
    if (!config.flag("pretrained").isEmpty()
        && (config.flag("fine-tune").matches("0?") || !config.flag("candidates").isEmpty())) {
      throw new Failure(
          "%s: %s is a fit of the last layer or a search among candidates, which has no steps; it needs a run of fovea train with steps"
              .formatted(command, run));
    }
    if (!folder.has(RunFolder.CHECKPOINT)) {
      throw new Failure(
          "%s: %s has no %s, since the run ended before its first one; train it again"
              .formatted(command, run, RunFolder.CHECKPOINT));
    }
    requireEnded(command, folder);
    Checkpoint end = Checkpoints.read(folder.file(RunFolder.CHECKPOINT)).checkpoint();
    try {
      end.requireBits(command);
    } catch (IllegalArgumentException other) {
      throw new Failure(String.valueOf(other.getMessage()), other);
    }
    return new RunReplay(TrainJob.again(screen, folder, dataDir), end, threads);
  }

  /**
   * The run of {@code --fork}, whose step can be trained again.
   *
   * @throws UsageException if it has no such step
   */
  static RunReplay forked(Console screen, String fork, Optional<Path> dataDir) throws IOException {
    int threads = Runtime.getRuntime().availableProcessors();
    RunReplay parent = of(screen, "--fork", Fork.run(fork), dataDir, threads);
    parent.requireSameRun("--fork");
    long step = Fork.step(fork);
    long start = parent.replay(false).start();
    if (step < start || step > parent.steps()) {
      throw new UsageException(
          "fork",
          "expects a step from %,d to %,d, the last of %s, got %,d"
              .formatted(start, parent.steps(), Fork.run(fork), step));
    }
    return parent;
  }

  Checkpoint after(Console screen, long step) throws IOException {
    return replay(false).watcher(new ReplayProgress(screen, false, step)).after(step);
  }

  public Dataset train() {
    return job.parts().train();
  }

  public TrainJob job() {
    return job;
  }

  public Checkpoint end() {
    return end;
  }

  public long steps() {
    return end.position().step();
  }

  /** Refuses a run that another process trains: its files are of different steps. */
  private static void requireEnded(String command, RunFolder folder) {
    if (FolderLock.isHeld(folder.path())) {
      throw new Failure(
          "%s: another process is training in %s; wait until it has ended"
              .formatted(command, folder.path()));
    }
  }

  /** Refuses a replay with images or settings that are not those of the run. */
  public void requireSameRun(String command) throws IOException {
    Optional<RunAudit.Difference> changed =
        RunAudit.images(job.folder().path(), job.parts().train());
    if (changed.isPresent()) {
      throw new Failure(
          "%s: %s differ from those of the run (%s, now %s); restore them"
              .formatted(
                  command, changed.get().what(), changed.get().recorded(), changed.get().again()));
    }
    try {
      Resumption.check(trainer(job.network().weights(), false).resume(end), train());
    } catch (RefusedException other) {
      throw new Failure(
          "%s: the settings in %s are not those of the run: %s; restore the file"
              .formatted(command, job.folder().file(RunFolder.CONFIG), other.problem()),
          other);
    }
  }

  /**
   * The replay of the run.
   *
   * @param isAudit whether test images are evaluated after each epoch, and checkpoints of replays
   *     not trusted
   */
  public Replay replay(boolean isAudit) throws IOException {
    Weights start = job.network().weights();
    Replay replay = Replay.of(() -> trainer(start, isAudit), job.parts().train());
    RunFolder folder = job.folder();
    String first = RunFolders.config(folder).audit().getOrDefault("startStep", "0");
    Path beginning = folder.kept(Long.parseLong(first));
    if (Files.exists(beginning)) {
      replay.from(Checkpoints.read(beginning).checkpoint());
    }
    replay.like(end).use(folder.file(RunFolder.KEPT));
    return isAudit ? replay : replay.keep(folder.file(RunFolder.REPLAY));
  }

  private Trainer trainer(Weights start, boolean evaluates) {
    Network now = job.network();
    Network network = Network.of(now.graph(), start, now.preprocessing(), now.labels());
    Trainer trainer = LocalEngine.trainer(job, network, threads);
    return evaluates ? trainer.test(job.split().test()) : trainer;
  }

  public Settings settings() {
    return job.settings();
  }

  /** The name of a training image: its file, or its number in the set. */
  public String name(int index) {
    return train().origin(index);
  }

  /** The step that ended the count-th epoch after another step, as logged; else the last step. */
  public long epochEnd(long after, long count) throws IOException {
    return job.folder().metrics().epochs().stream()
        .map(EpochReport::step)
        .filter(step -> step > after)
        .skip(count - 1)
        .findFirst()
        .orElse(steps());
  }
}

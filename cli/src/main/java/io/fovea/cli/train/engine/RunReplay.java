package io.fovea.cli.train.engine;

import io.fovea.cli.run.PreprocessingText;
import io.fovea.cli.run.RunFolders;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.ReplayProgress;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.Fork;
import io.fovea.cli.train.flags.ModelChoice;
import io.fovea.cli.train.flags.Settings;
import io.fovea.cli.train.flags.TrainFlags;
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
import io.fovea.train.Listener;
import io.fovea.train.Resumption;
import io.fovea.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The run of a folder, with what is needed to train it again.
 *
 * @param command the command, for messages
 * @param end the state at the end
 */
public record RunReplay(
    Console screen,
    String command,
    TrainJob job,
    Optional<Path> dataDir,
    int threads,
    Checkpoint end) {
  /** The words of {@link #trusted} for a state, before its step. */
  public static final String STATE = "the state after step ";

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
    if (FolderLock.isHeld(run)) { // its files are of different steps
      throw new Failure(
          "%s: another process is training in %s; wait until it has ended".formatted(command, run));
    }
    Checkpoint end = RunFolders.checkpoint(command, folder);
    try {
      config.startStep();
    } catch (IllegalArgumentException damaged) {
      throw RunFolders.unusable(folder, String.valueOf(damaged.getMessage()));
    }
    TrainJob job = TrainJob.again(screen, folder, dataDir);
    return new RunReplay(screen, command, job, dataDir, threads, end);
  }

  /**
   * The run of {@code --fork}, whose step can be trained again.
   *
   * @throws UsageException if it has no such step
   */
  static RunReplay forked(Console screen, String fork, Optional<Path> dataDir) throws IOException {
    int threads = Runtime.getRuntime().availableProcessors();
    RunReplay parent = of(screen, "--fork", Fork.run(fork), dataDir, threads);
    parent.requireSameRun();
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

  Checkpoint after(long step) throws IOException {
    return replay(false).watcher(new ReplayProgress(screen, false, step)).after(step);
  }

  public Dataset train() {
    return job.parts().train();
  }

  public long steps() {
    return end.position().step();
  }

  public void requireSameRun() throws IOException {
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
   * @param isAudit whether test images are evaluated after each epoch, and checkpoints of replays
   *     not trusted
   */
  public Replay replay(boolean isAudit) throws IOException {
    Weights start = job.network().weights();
    Replay replay = Replay.of(() -> trainer(start, isAudit), job.parts().train());
    RunFolder folder = job.folder();
    if (isGiven()) {
      replay.from(beginning(command, folder, isFork() ? job.config().startStep() : 0));
    }
    replay.like(end).use(folder.file(RunFolder.KEPT));
    return isAudit ? replay : replay.keep(folder.file(RunFolder.REPLAY));
  }

  /** The state behind a step that a run of other weights began with. */
  static Checkpoint beginning(String command, RunFolder folder, long step) throws IOException {
    Path kept = folder.kept(step);
    if (!Files.exists(kept)) {
      throw new Failure(
          "%s: %s has no %s, the state that it began with; restore it"
              .formatted(command, folder.path(), folder.path().relativize(kept)));
    }
    return Checkpoints.read(kept).checkpoint();
  }

  private boolean isGiven() {
    return job.isTransfer() || isFork() || !settings().text(TrainFlags.INIT_FROM).isEmpty();
  }

  private boolean isFork() {
    return !settings().text(TrainFlags.FORK).isEmpty();
  }

  /** What does not follow from the flags, in words. */
  private List<String> given(Replay replay) {
    boolean isTrained = ModelChoice.isTrained(settings().text(TrainFlags.MODEL));
    String layers = job.isTransfer() || isTrained ? "the layers and " : "";
    String network = layers + "the preprocessing in its checkpoint";
    return isGiven()
        ? List.of(network, STATE + "%,d".formatted(replay.start()))
        : isTrained ? List.of(network) : List.of();
  }

  /**
   * What a replay begins with and trusts, in words; empty if all of it follows from the flags.
   *
   * @param repeats whether a fork begins with the state that its parent has when that is trained
   *     again, if its folder is there; that state is not trusted
   */
  public List<String> trusted(Replay replay, boolean repeats) throws IOException {
    String fork = settings().text(TrainFlags.FORK);
    Path folder = Path.of(isFork() ? job.config().path(Fork.run(fork).toString()) : "");
    if (!repeats || !isFork() || !new RunFolder(folder).has(RunFolder.CONFIG)) {
      return given(replay);
    }
    long step = Fork.step(fork);
    RunReplay parent = forked(screen, folder + "@" + step, dataDir);
    requireNetworkOf(parent);
    Replay before = parent.replay(true).watcher(new ReplayProgress(screen, false, step));
    boolean isEarlier = before.start() < replay.start(); // or runs could be each other's parents
    List<String> trusted = new ArrayList<>(parent.trusted(before, isEarlier));
    String images = parent.job.config().audit().get("data");
    String own = job.config().audit().get("data");
    if (images != null && own != null && !images.equals(own)) {
      trusted.add("the other training set of its parent " + folder);
    }
    Checkpoint state = before.follow(before.start(), step, new Listener() {});
    Weights start = job.network().weights();
    Replay begun = Replay.of(() -> trainer(start, false).fork(state), job.parts().train());
    Checkpoint first = begun.follow(0, 0, new Listener() {});
    if (first.position().step() != replay.start()) {
      throw RunFolders.unusable(
          job.folder(),
          "its audit.startStep is %d, but the fork begins behind step %d"
              .formatted(replay.start(), first.position().step()));
    }
    replay.from(first);
    String of = " of " + folder;
    return trusted.stream().map(text -> text.contains(" of ") ? text : text + of).toList();
  }

  /** Refuses a fork whose checkpoint states another network than its parent's. */
  private void requireNetworkOf(RunReplay parent) {
    Network own = job.network();
    Network other = parent.job.network();
    boolean isScaledAlike = own.preprocessing().equals(other.preprocessing());
    if (!isScaledAlike || !own.graph().nodes().equals(other.graph().nodes())) {
      throw new Failure(
          "verify: %s expects the network of its parent %s, with %s, got one with %s; restore its files"
              .formatted(
                  job.folder().path(),
                  parent.job.folder().path(),
                  PreprocessingText.of(other.preprocessing()),
                  isScaledAlike ? "other layers" : PreprocessingText.of(own.preprocessing())));
    }
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

package io.fovea.cli.train.engine;

import io.fovea.cli.run.RunFolders;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.Settings;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.cli.train.flags.TrainRequest;
import io.fovea.data.DataSets;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.network.Network;
import io.fovea.run.FolderLock;
import io.fovea.run.RunConfig;
import io.fovea.run.RunFolder;
import io.fovea.train.BestEpoch;
import io.fovea.train.Checkpoint;
import io.fovea.train.EpochReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run that is ready to start: its images are open and its folder is there.
 *
 * @param plan what kind of run it is
 * @param parts the training images, and those held out
 * @param remarks the decisions on structure, weights and preprocessing, a line each
 * @param config the configuration of a new run; that of a resumed one stays as it is
 * @param state the state of another run that it begins with
 * @param json whether the result is printed as JSON
 */
public record TrainJob(
    RunPlan plan,
    Settings settings,
    DataSplit split,
    TrainingParts parts,
    Network network,
    List<String> remarks,
    RunFolder folder,
    RunConfig config,
    Optional<Checkpoint> state,
    boolean json) {
  public interface DataOpener {
    DataSplit open(String data, DataOptions options) throws IOException;
  }

  /**
   * Opens the images, and makes the network and the run's folder.
   *
   * @param command the command's name
   * @param cluster flags of the command that {@code train} lacks
   * @param opener opens DATA
   */
  public static TrainJob of(
      Console screen,
      TrainRequest request,
      Settings settings,
      String command,
      Map<String, String> cluster,
      DataOpener opener)
      throws IOException {
    RunPlan plan = RunPlan.of(screen, request, settings);
    Opened opened = Opened.of(screen, plan, settings, request.dataDir(), opener);
    Network network = opened.network();
    Settings resolved = opened.start().resolved(settings, network);
    resolved.checkFreeze(network);
    resolved.checkLoss(network, opened.split().train());
    if (opened.split().train().isMultiLabel() && command.equals("spark-train")) {
      throw new UsageException(
          "DATA: %s has images of several labels, on which a single process trains; use fovea train"
              .formatted(opened.split().name()));
    }
    Optional<Checkpoint> state = plan.state(screen, network.graph(), settings);
    RunConfig config = RunFolders.config(command, plan.data(), resolved.texts(), cluster);
    RunFolder folder = plan.folder(settings, config);
    return opened.job(plan, resolved, folder, config, state, request.json());
  }

  /** The job of a run that exists, to be trained again; a named set is not downloaded for it. */
  static TrainJob again(Console screen, RunFolder folder, Optional<Path> dataDir)
      throws IOException {
    RunPlan plan = RunPlan.resumed(folder, Optional.empty());
    Settings settings = Settings.ofRun(folder);
    Opened opened =
        Opened.of(
            screen,
            plan,
            settings,
            dataDir,
            (data, options) -> DataSets.open(data, options.withOffline(true)));
    RunConfig config = RunFolders.config(folder);
    return opened.job(plan, settings, folder, config, Optional.empty(), false);
  }

  private record Opened(
      StartingPoint start, DataSplit split, TrainingParts parts, Network network) {
    static Opened of(
        Console screen, RunPlan plan, Settings settings, Optional<Path> dataDir, DataOpener opener)
        throws IOException {
      DataOptions given = settings.images().withReporter(screen::say);
      DataOptions asked = dataDir.map(given::withDataDir).orElse(given);
      StartingPoint start = plan.start(settings, asked);
      DataSplit split = opener.open(plan.data(), start.images(asked, settings));
      TrainingParts parts = TrainingParts.of(split, settings);
      Settings.requireFit(settings.get(TrainFlags.AUGMENT), parts.train().shape());
      return new Opened(start, split, parts, start.network(parts, settings));
    }

    TrainJob job(
        RunPlan plan,
        Settings settings,
        RunFolder folder,
        RunConfig config,
        Optional<Checkpoint> state,
        boolean json) {
      return new TrainJob(
          plan, settings, split, parts, network, start.remarks(), folder, config, state, json);
    }
  }

  public String data() {
    return plan.data();
  }

  TrainJob with(Settings other) {
    RunConfig own = RunFolders.config("train", data(), other.texts(), config.cluster());
    return new TrainJob(plan, other, split, parts, network, remarks, folder, own, state, json);
  }

  FolderLock lock() throws IOException {
    return plan.lock(folder, config);
  }

  public boolean isTransfer() {
    return settings.transfer().isOn();
  }

  /** The number of the last epoch of a fork's parent; 0 if there is none. */
  int parentEpochs() throws IOException {
    Optional<Checkpoint> start = state;
    if (start.isEmpty() && !settings.text(TrainFlags.FORK).isEmpty()) {
      long step = RunFolders.config(folder).startStep();
      start = Optional.of(RunReplay.beginning("--resume", folder, step));
    }
    return start.map(begun -> begun.position().epoch() - 1).orElse(0);
  }

  /** The best of the run's own epochs. */
  BestEpoch best(List<EpochReport> epochs) throws IOException {
    int parents = parentEpochs();
    return BestEpoch.of(epochs.stream().filter(epoch -> epoch.epoch() > parents).toList());
  }

  /** The weights of classes in the loss, for the training images; empty if all are equal. */
  List<Double> classWeights() {
    return settings.loss().classWeights(parts.train());
  }
}

package io.fovea.cli.train.engine;

import io.fovea.cli.run.RunFolders;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.Fork;
import io.fovea.cli.train.flags.ModelChoice;
import io.fovea.cli.train.flags.Recipe;
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
import io.fovea.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run that is ready to start: its images are open and its folder is created.
 *
 * @param data the data set's name as given
 * @param parts the training images, and those held out
 * @param remarks the decisions on structure, weights and preprocessing, a line each
 * @param config the configuration of a new run; that of a resumed one stays as it is
 * @param fork the state of another run that it begins with
 * @param resumed whether it resumes from the folder's checkpoint
 * @param json whether the result is printed as JSON
 */
public record TrainJob(
    Settings settings,
    String data,
    DataSplit split,
    TrainingParts parts,
    Network network,
    List<String> remarks,
    RunFolder folder,
    RunConfig config,
    boolean resumed,
    Optional<Checkpoint> fork,
    boolean json) {
  /** Opens DATA. */
  public interface DataOpener {
    /** The images. */
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
    Optional<RunFolder> resumed = request.resumed();
    String model = settings.text(TrainFlags.MODEL);
    boolean isFork = resumed.isEmpty() && !settings.text(TrainFlags.FORK).isEmpty();
    String data =
        resumed.isPresent()
            ? dataOf(resumed.get(), request.data())
            : request.data().isPresent()
                ? request.data().get()
                : isFork
                    ? dataOf(
                        new RunFolder(Fork.run(settings.text(TrainFlags.FORK))), Optional.empty())
                    : usualData(settings.text(TrainFlags.RECIPE));
    DataOptions given = settings.images().withReporter(screen::say);
    DataOptions asked = request.dataDir().map(given::withDataDir).orElse(given);
    Optional<Checkpoint> fork =
        isFork
            ? Optional.of(
                RunReplay.state(screen, settings.text(TrainFlags.FORK), request.dataDir()))
            : Optional.empty();
    StartingPoint start =
        fork.isPresent()
            ? resumedStart(settings, new RunFolder(Fork.run(settings.text(TrainFlags.FORK))))
            : resumed.isPresent()
                ? resumedStart(settings, resumed.get())
                : StartingPoint.of(settings, asked);
    DataSplit split = opener.open(data, start.images(asked, settings));
    TrainingParts parts = TrainingParts.of(split, settings);
    Settings.requireFit(settings.get(TrainFlags.AUGMENT), parts.train().shape());
    Network network = start.network(parts, settings);
    if (fork.isPresent()) {
      requireFork(fork.get(), network, settings);
    }
    Settings resolved = start.resolved(settings, network);
    resolved.checkFreeze(network);
    resolved.checkLoss(network, split.train());
    if (split.train().isMultiLabel() && command.equals("spark-train")) {
      throw new UsageException(
          "DATA: %s has images of several labels, on which a single process trains; use fovea train"
              .formatted(split.name()));
    }
    RunConfig config = RunFolders.config(command, data, resolved.texts(), cluster);
    RunFolder folder =
        resumed.isPresent()
            ? resumed.get()
            : RunFolders.create(
                request.out().orElseGet(() -> RunFolders.fresh(data, model)), config);
    return new TrainJob(
        resolved,
        data,
        split,
        parts,
        network,
        start.remarks(),
        folder,
        config,
        resumed.isPresent(),
        fork,
        request.json());
  }

  private static void requireFork(Checkpoint state, Network network, Settings settings) {
    try {
      state.weights().requireFit(network.graph());
    } catch (IllegalArgumentException misfit) {
      throw new UsageException(
          "fork",
          "expects images of the size and the classes of its run, got DATA for another network; leave DATA out");
    }
    if (state.position().epoch() > settings.epochs()) {
      throw new UsageException(
          "fork",
          "expects steps that are left to train, got the end of %d epochs; give more --epochs, or an earlier step"
              .formatted(settings.epochs()));
    }
  }

  /** The job of a run that exists, to be trained again. */
  static TrainJob again(Console screen, RunFolder folder, Optional<Path> dataDir)
      throws IOException {
    Settings settings = Settings.ofRun(folder);
    DataOptions given = settings.images().withReporter(screen::say);
    DataOptions asked = dataDir.map(given::withDataDir).orElse(given);
    StartingPoint start = resumedStart(settings, folder);
    String data = dataOf(folder, Optional.empty());
    DataSplit split = DataSets.open(data, start.images(asked, settings));
    TrainingParts parts = TrainingParts.of(split, settings);
    Network network = start.network(parts, settings);
    RunConfig config = RunFolders.config(folder);
    return new TrainJob(
        settings,
        data,
        split,
        parts,
        network,
        List.of(),
        folder,
        config,
        true,
        Optional.empty(),
        false);
  }

  /** Locks the folder for this process. */
  FolderLock lock() throws IOException {
    return resumed ? folder.lock() : folder.lock(config);
  }

  private static StartingPoint resumedStart(Settings settings, RunFolder run) throws IOException {
    Path checkpoint = run.file(RunFolder.CHECKPOINT);
    String model = settings.text(TrainFlags.MODEL);
    if (!settings.transfer().isOn()) {
      return StartingPoint.resumed(
          ModelChoice.isFile(model) ? RunFolders.config(run).path(model) : model, checkpoint);
    }
    if (!settings.transfer().hasSteps()) {
      throw new Failure(
          "--resume: %s has no training steps to resume, since only --fine-tune without --candidates has them; start a new run"
              .formatted(run.path()));
    }
    return StartingPoint.resumed(checkpoint.toString(), checkpoint);
  }

  /** The data set of a run for which none was given. */
  private static String usualData(String recipe) throws IOException {
    String own = recipe.isEmpty() ? "mnist" : Recipe.of(recipe).data();
    if (own.isEmpty()) {
      throw new UsageException(
          "DATA: the recipe %s is for your photos; give a folder or a CSV file".formatted(recipe));
    }
    return own;
  }

  /** The data set of a run that is resumed; a given one may only repeat it. */
  private static String dataOf(RunFolder run, Optional<String> given) throws IOException {
    RunConfig config = RunFolders.config(run);
    String before = config.data();
    boolean named = DataSets.named().stream().anyMatch(set -> set.name().equals(before));
    String place = named ? before : config.path(before);
    if (given.isPresent()
        && !given.get().equals(before)
        && (named || !isSame(given.get(), place))) {
      throw new UsageException(
          "DATA: the run was started with \"%s\", got \"%s\"; resume without it"
              .formatted(before, given.get()));
    }
    return place;
  }

  /** Whether two texts are paths of one folder. */
  private static boolean isSame(String one, String other) throws IOException {
    Path a = Path.of(one);
    Path b = Path.of(other);
    return Files.exists(a) && Files.exists(b) && Files.isSameFile(a, b);
  }

  /** Whether the run starts from a pretrained network. */
  public boolean isTransfer() {
    return settings.transfer().isOn();
  }

  /** The weights of classes in the loss, for the training images; empty if all are equal. */
  List<Double> classWeights() {
    return settings.loss().classWeights(parts.train());
  }
}

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
import io.fovea.network.Graph;
import io.fovea.run.FolderLock;
import io.fovea.run.RunConfig;
import io.fovea.run.RunFolder;
import io.fovea.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A run about to begin: the images that it trains on, what it starts with, and its folder. */
public sealed interface RunPlan {
  /** DATA: a set's name, a folder or a file. */
  String data();

  StartingPoint start(Settings settings, DataOptions images) throws IOException;

  /** The run's folder, made if it is to be a new one. */
  RunFolder folder(Settings settings, RunConfig config) throws IOException;

  FolderLock lock(RunFolder folder, RunConfig config) throws IOException;

  /** The state of another run that it begins with; empty if there is none. */
  default Optional<Checkpoint> state(Console screen, Graph graph, Settings settings)
      throws IOException {
    return Optional.empty();
  }

  /**
   * The run that a command line asks for.
   *
   * @throws UsageException if its parts do not go together
   */
  static RunPlan of(Console screen, TrainRequest request, Settings settings) throws IOException {
    Optional<RunFolder> resumed = request.resumed();
    if (resumed.isPresent()) {
      return resumed(resumed.get(), request.data());
    }
    boolean isNew = settings.text(TrainFlags.FORK).isEmpty();
    Fresh run = isNew ? fresh(request, settings) : forked(screen, request, settings);
    if (!isNamed(run.data())) {
      RunFolders.requireOutside("--out", Path.of(run.data()), run.out().orElse(Path.of("runs")));
    }
    return run;
  }

  private static Fresh fresh(TrainRequest request, Settings settings) throws IOException {
    Optional<String> data = request.data();
    return new New(
        data.isPresent() ? data.get() : usualData(settings.text(TrainFlags.RECIPE)), request.out());
  }

  /** A run that exists, which goes on or is trained again; given images may only be its own. */
  static RunPlan resumed(RunFolder run, Optional<String> data) throws IOException {
    return new Resumed(dataOf(run, data), run);
  }

  private static Fresh forked(Console screen, TrainRequest request, Settings settings)
      throws IOException {
    String text = settings.text(TrainFlags.FORK);
    RunReplay parent = RunReplay.forked(screen, text, request.dataDir());
    Optional<String> data = request.data();
    return new Forked(
        data.isPresent() ? data.get() : dataOf(parent.job().folder(), Optional.empty()),
        request.out(),
        parent,
        Fork.step(text));
  }

  /** A run with a folder of its own. */
  sealed interface Fresh extends RunPlan {
    Optional<Path> out();

    @Override
    default RunFolder folder(Settings settings, RunConfig config) throws IOException {
      String model = settings.text(TrainFlags.MODEL);
      return RunFolders.create(out().orElseGet(() -> RunFolders.fresh(data(), model)), config);
    }

    @Override
    default FolderLock lock(RunFolder folder, RunConfig config) throws IOException {
      return folder.lock(config);
    }
  }

  /** A run from random or pretrained weights, or from those of a file. */
  record New(String data, Optional<Path> out) implements Fresh {
    @Override
    public StartingPoint start(Settings settings, DataOptions images) throws IOException {
      return StartingPoint.of(settings, images);
    }
  }

  /** A run with a checkpoint; to train it again writes nothing to its folder. */
  record Resumed(String data, RunFolder run) implements RunPlan {
    @Override
    public StartingPoint start(Settings settings, DataOptions images) throws IOException {
      return ofCheckpoint(settings, run);
    }

    @Override
    public RunFolder folder(Settings settings, RunConfig config) {
      return run;
    }

    @Override
    public FolderLock lock(RunFolder folder, RunConfig config) throws IOException {
      return folder.lock();
    }
  }

  /**
   * A run from the state of another one.
   *
   * @param step the other run's last step that counts
   */
  record Forked(String data, Optional<Path> out, RunReplay parent, long step) implements Fresh {
    @Override
    public StartingPoint start(Settings settings, DataOptions images) throws IOException {
      return ofCheckpoint(settings, parent.job().folder());
    }

    @Override
    public Optional<Checkpoint> state(Console screen, Graph graph, Settings settings)
        throws IOException {
      try {
        parent.end().weights().requireFit(graph); // before anything is trained again
      } catch (IllegalArgumentException misfit) {
        throw new UsageException(
            "fork",
            "expects images of the size and the classes of its run, got DATA for another network; leave DATA out");
      }
      Checkpoint state = parent.after(step);
      if (state.position().epoch() > settings.epochs()) {
        throw new UsageException(
            "fork",
            "expects steps that are left to train, got the end of %d epochs; give more --epochs, or an earlier step"
                .formatted(settings.epochs()));
      }
      return Optional.of(state);
    }
  }

  private static StartingPoint ofCheckpoint(Settings settings, RunFolder run) throws IOException {
    Path checkpoint = run.file(RunFolder.CHECKPOINT);
    String model = settings.text(TrainFlags.MODEL);
    if (!settings.transfer().isOn()) {
      String known = ModelChoice.isDescription(model) ? RunFolders.config(run).path(model) : model;
      return StartingPoint.resumed(known, checkpoint, settings);
    }
    if (!settings.transfer().hasSteps()) {
      throw new Failure(
          "--resume: %s has no training steps to resume, since only --fine-tune without --candidates has them; start a new run"
              .formatted(run.path()));
    }
    return StartingPoint.resumed(checkpoint.toString(), checkpoint, settings);
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
    boolean named = isNamed(before);
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

  static boolean isNamed(String data) {
    return DataSets.named().stream().anyMatch(set -> set.name().equals(data));
  }

  /** Whether two texts are paths of one folder. */
  private static boolean isSame(String one, String other) throws IOException {
    Path a = Path.of(one);
    Path b = Path.of(other);
    return Files.exists(a) && Files.exists(b) && Files.isSameFile(a, b);
  }
}

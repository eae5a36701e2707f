package io.fovea.cli;

import io.fovea.cli.report.Facts;
import io.fovea.cli.report.Report;
import io.fovea.cli.report.StepPoint;
import io.fovea.data.DataSets;
import io.fovea.data.DataSplit;
import io.fovea.format.Checkpoints;
import io.fovea.layer.KernelSet;
import io.fovea.loss.Loss;
import io.fovea.network.Network;
import io.fovea.parallel.Workers;
import io.fovea.studio.Studio;
import io.fovea.train.Checkpoint;
import io.fovea.train.DivergedException;
import io.fovea.train.EpochReport;
import io.fovea.train.Evaluation;
import io.fovea.train.History;
import io.fovea.train.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fovea train}. */
@Command(
    name = "train",
    description =
        "Trains a network and writes a run folder: the model, a checkpoint, metrics and a report.",
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  fovea train                                 two-layer-cnn on MNIST, 3 epochs",
      "  fovea train fashion-mnist --model pooled",
      "  fovea train photos/ --image-size 32x32 --epochs 20 --validation 0.1",
      "  fovea train --resume runs/NAME"
    })
final class TrainCommand implements Callable<Integer> {
  private final Screen screen;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DATA",
      description =
          "mnist (default), fashion-mnist, a folder with IDX files, or a folder of class folders of images.")
  private @Nullable String data;

  @SuppressWarnings("UnusedVariable") // read through the command line's parse result
  @Mixin
  private final TrainFlags flags = new TrainFlags();

  @Mixin private final DataFlags dataFlags = new DataFlags();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads, no effect on results (default: all processors).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--out",
      paramLabel = "RUN",
      description = "The run folder (default: runs/DATE-TIME-DATA-MODEL).")
  private @Nullable Path out;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description = "Go on with an interrupted run from its checkpoint.")
  private @Nullable Path resume;

  @Option(
      names = "--studio",
      description = "Opens the studio beside the run and prints its address; it ends with the run.")
  private boolean studio;

  @Mixin private final CommonFlags common = new CommonFlags();

  TrainCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws IOException {
    ThreadFlags.checked(threads);
    Settings settings = new Settings(resolveFlags()).checked();
    String dataName = resolveData(settings.text("recipe"));
    ModelChoice choice = ModelChoice.of(settings.text("model"));
    dataFlags.imageSize =
        settings.text("image-size").isEmpty() ? null : settings.text("image-size");
    dataFlags.grayscale = settings.grayscale();
    DataSplit split = DataSets.open(dataName, dataFlags.options(screen, settings.seed()));
    TrainingParts parts = TrainingParts.of(split, settings);
    Settings.requireFit(settings.augmentation(), parts.train().shape());
    Network network = choice.network(parts, settings);
    settings.checkFreeze(network);
    RunFolder folder =
        resume != null
            ? RunFolder.existing(resume)
            : RunFolder.create(
                out != null ? out : RunFolder.fresh(dataName, settings.text("model")));
    if (resume == null) {
      folder.writeConfig(dataName, settings.flags());
    }
    try (RunFolder.Hold _ = folder.hold();
        Studio _ = studio ? attached(folder.path(), dataName) : null) {
      return new Session(settings, split, parts, network, folder).run();
    }
  }

  private Studio attached(Path run, String dataName) throws IOException {
    Studio opened = StudioCommand.beside(run, dataName, dataFlags.dataDir);
    screen.say("studio: " + opened.url() + "#train/" + run.getFileName());
    return opened;
  }

  /** The defaults, or what the resumed run had, changed by what was given here. */
  private Map<String, String> resolveFlags() throws IOException {
    if (spec == null) {
      throw new IllegalStateException("train: called without a command line");
    }
    Map<String, String> given = TrainFlags.given(spec.commandLine().getParseResult());
    if (resume == null) {
      Map<String, String> all = TrainFlags.standard();
      if (given.containsKey("recipe")) {
        all.putAll(Recipe.of(given.get("recipe")).flags());
      }
      all.putAll(given);
      return all;
    }
    if (out != null) {
      throw new UsageException("--out: goes with a new run; --resume writes to its own folder");
    }
    Map<String, String> before = RunFolder.existing(resume).configuredFlags();
    for (Map.Entry<String, String> flag : given.entrySet()) {
      if (!flag.getValue().equals(before.get(flag.getKey()))) {
        throw new UsageException(
            "--%s: the run was started with \"%s\", got \"%s\"; resume without it, or start a new run"
                .formatted(flag.getKey(), before.get(flag.getKey()), flag.getValue()));
      }
    }
    return before;
  }

  private String resolveData(String recipe) throws IOException {
    if (resume == null) {
      if (data == null && !recipe.isEmpty()) {
        return Recipe.of(recipe).data();
      }
      return data != null ? data : "mnist";
    }
    String before = RunFolder.existing(resume).configuredData();
    if (data != null && !data.equals(before)) {
      throw new UsageException(
          "DATA: the run was started with \"%s\", got \"%s\"; resume without it"
              .formatted(before, data));
    }
    return before;
  }

  /** One run, from the first line on the screen to the report. */
  private final class Session {
    private final Settings settings;
    private final DataSplit split;
    private final TrainingParts parts;
    private final Network network;
    private final RunFolder folder;
    private final KernelSet kernels;
    private final Keeper keeper;
    private final MetricsLog metrics;
    private final EventFile events;

    Session(
        Settings settings,
        DataSplit split,
        TrainingParts parts,
        Network network,
        RunFolder folder) {
      this.settings = settings;
      this.split = split;
      this.parts = parts;
      this.network = network;
      this.folder = folder;
      this.kernels = settings.kernels();
      this.keeper = new Keeper(folder, settings.checkpointEvery());
      this.metrics = new MetricsLog(folder.file(RunFolder.METRICS), settings.logEvery());
      this.events = new EventFile(folder.file(RunFolder.EVENTS));
    }

    Integer run() throws IOException {
      introduce();
      Interruption interruption = new Interruption();
      interruption.listen();
      try (interruption) {
        History history = fit(interruption);
        if (interruption.asked()) {
          return interrupted(history);
        }
        return finish(history);
      }
    }

    private History fit(Interruption interruption) throws IOException {
      Trainer trainer =
          Trainer.of(network)
              .optimizer(settings.optimizer())
              .schedule(settings.schedule())
              .loss(settings.loss().loss(parts.train()))
              .clipping(settings.clipping())
              .average(settings.ema())
              .accumulate(settings.accumulate())
              .earlyStop(settings.earlyStop())
              .augment(settings.augmentation())
              .l2(settings.l2())
              .epochs(settings.epochs())
              .batchSize(settings.batch())
              .shuffle(settings.shuffle())
              .seed(settings.seed())
              .threads(threads)
              .kernels(kernels)
              .test(split.test())
              .listener(new ProgressLines(screen))
              .listener(metrics)
              .listener(new FlightRecording())
              .listener(new EventLog(events, settings.logEvery()))
              .listener(keeper)
              .listener(interruption);
      parts.validation().ifPresent(trainer::validation);
      settings.freeze().forEach(trainer::freeze);
      if (resume != null) {
        Checkpoint checkpoint = Checkpoints.read(folder.file(RunFolder.CHECKPOINT)).checkpoint();
        folder.sweep();
        metrics.cutBackTo(checkpoint.position().step());
        events.cutBackTo(checkpoint.position().step());
        keeper.remember(checkpoint);
        trainer.resume(checkpoint);
        screen.say(
            "resuming at step %,d, epoch %d"
                .formatted(checkpoint.position().step(), checkpoint.position().epoch()));
      }
      try {
        return trainer.listener(new LastCheckpoint(keeper, interruption)).fit(parts.train());
      } catch (DivergedException diverged) {
        throw new Failure(diverged.getMessage() + "; " + kept(), diverged);
      } catch (UncheckedIOException failure) {
        throw new Failure(
            "train: cannot write to the run folder (%s); %s; make room or give access, then go on with --resume"
                .formatted(Fovea.reason(failure), kept()),
            failure);
      }
    }

    private String kept() {
      return keeper.saved() < 0
          ? "no checkpoint had been written yet"
          : "the checkpoint of step %d is kept in %s".formatted(keeper.saved(), folder.path());
    }

    private void introduce() {
      screen.say(
          "%s on %s: %,d training images, %s%,d test images of %s, %d classes"
              .formatted(
                  settings.text("model"),
                  split.name(),
                  parts.train().size(),
                  parts
                      .validation()
                      .map(set -> "%,d for validation, ".formatted(set.size()))
                      .orElse(""),
                  split.test().size(),
                  split.train().shape(),
                  split.train().classes().size()));
      if (!split.note().isEmpty()) {
        screen.say(split.note());
      }
      screen.say(
          "%,d parameters; %s, learning rate %s, batches of %d, seed %d; %d threads, %s kernels (%d lanes)"
              .formatted(
                  network.weights().count(),
                  settings.optimizer().name(),
                  settings.optimizer().learningRate(),
                  settings.batch(),
                  settings.seed(),
                  threads,
                  kernels.name().toLowerCase(java.util.Locale.ROOT),
                  kernels.lanes()));
      screen.say("run folder: %s".formatted(folder.path()));
    }

    private Integer interrupted(History history) {
      screen.say(
          "interrupted at step %,d: the checkpoint is saved; go on with: fovea train --resume %s"
              .formatted(history.steps(), folder.path()));
      return 130;
    }

    private Integer finish(History history) throws IOException {
      Evaluation evaluation;
      try (Workers workers = Workers.of(threads)) {
        Loss loss = settings.loss().loss(parts.train());
        evaluation = Evaluation.of(network, split.test(), workers, kernels, loss);
      }
      double seconds = history.epochs().stream().mapToDouble(EpochReport::seconds).sum();
      long images = (long) parts.train().size() * history.epochs().size();
      folder.write(RunFolder.REPORT, report(history, evaluation));
      if (history.stoppedEarly()) {
        screen.say(
            "stopped early: the validation loss was best after epoch %d"
                .formatted(history.best().epoch()));
      }
      Chance.hint(
              evaluation.confusion(),
              network.labels(),
              "try another --lr than %s, more --epochs, or another --init"
                  .formatted(settings.optimizer().learningRate()))
          .ifPresent(screen::say);
      if (common.json) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("run", folder.path().toString());
        result.put("epochs", history.epochs().size());
        result.put("testAccuracy", evaluation.accuracy());
        result.put("testLoss", evaluation.loss());
        result.put("seconds", Math.round(seconds * 1000) / 1000.0);
        result.put("imagesPerSecond", Math.round(images / seconds));
        screen.out().println(Json.line(result));
        return 0;
      }
      screen
          .out()
          .printf(
              java.util.Locale.ROOT,
              "test accuracy %.2f %% (loss %.4f) after %d epoch%s in %s, %,d images/s%n",
              100 * evaluation.accuracy(),
              evaluation.loss(),
              history.epochs().size(),
              history.epochs().size() == 1 ? "" : "s",
              ProgressLines.clock(seconds),
              Math.round(images / seconds));
      screen.out().println("model:  " + folder.file(RunFolder.BEST));
      screen.out().println("report: " + folder.file(RunFolder.REPORT));
      return 0;
    }

    private String report(History history, Evaluation evaluation) {
      List<Facts.Setting> rows = new ArrayList<>();
      rows.add(new Facts.Setting("data", split.name()));
      settings.flags().forEach((flag, value) -> rows.add(new Facts.Setting(flag, value)));
      return Report.html(
          new Facts(
              Path.of(settings.text("model")).getFileName() + " on " + split.name(),
              split.note(),
              rows,
              network,
              kernels,
              parts.train().size(),
              metrics.logged().stream().map(StepPoint::of).toList(),
              history.epochs(),
              Optional.of(new Facts.Test(evaluation, split.test()))));
    }
  }
}

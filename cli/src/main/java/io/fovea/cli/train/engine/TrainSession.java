package io.fovea.cli.train.engine;

import io.fovea.cli.report.Report;
import io.fovea.cli.report.ReportData;
import io.fovea.cli.report.StepPoint;
import io.fovea.cli.run.EventFile;
import io.fovea.cli.run.ModelFiles;
import io.fovea.cli.run.RunFolders;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.ProgressLines;
import io.fovea.cli.screen.Version;
import io.fovea.cli.train.flags.RepeatCommand;
import io.fovea.cli.train.flags.Settings;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.cli.train.flags.TrainRequest;
import io.fovea.cli.train.record.AuditLog;
import io.fovea.cli.train.record.CheckpointWriter;
import io.fovea.cli.train.record.EventLog;
import io.fovea.cli.train.record.FolderWrite;
import io.fovea.cli.train.record.MetricsLog;
import io.fovea.cluster.ClusterException;
import io.fovea.data.base.DataException;
import io.fovea.data.base.DataSplit;
import io.fovea.file.PathProblems;
import io.fovea.kernel.KernelSet;
import io.fovea.loss.Loss;
import io.fovea.metrics.ChanceLevel;
import io.fovea.metrics.Evaluation;
import io.fovea.network.Network;
import io.fovea.parallel.Workers;
import io.fovea.run.FolderLock;
import io.fovea.run.RunConfig;
import io.fovea.run.RunFolder;
import io.fovea.studio.Studio;
import io.fovea.train.Checkpoint;
import io.fovea.train.DivergedException;
import io.fovea.train.EpochReport;
import io.fovea.train.History;
import io.fovea.train.Listener;
import io.fovea.transfer.Accuracy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One run on any engine, from the first line on the screen to the report. */
public final class TrainSession {
  private final Console screen;
  private final TrainJob job;
  private final TrainingBackend engine;
  private final Settings settings;
  private final DataSplit split;
  private final TrainingParts parts;
  private final Network network;
  private final RunFolder folder;
  private final KernelSet kernels;
  private final CheckpointWriter checkpointWriter;
  private final MetricsLog metrics;
  private final EventFile events;

  public TrainSession(Console screen, TrainJob job, TrainingBackend engine) {
    this.screen = screen;
    this.job = job;
    this.engine = engine;
    this.settings = job.settings();
    this.split = job.split();
    this.parts = job.parts();
    this.network = job.network();
    this.folder = job.folder();
    this.kernels = settings.get(TrainFlags.KERNELS);
    this.checkpointWriter = new CheckpointWriter(folder, settings.get(TrainFlags.CHECKPOINT_EVERY));
    this.metrics = new MetricsLog(folder.metrics(), settings.get(TrainFlags.LOG_EVERY));
    this.events = new EventFile(folder.file(RunFolder.EVENTS));
  }

  public Integer run(TrainRequest request) throws IOException {
    try (FolderLock held = job.lock()) {
      Integer exit = request.studio() ? beside(request) : run();
      folder.sweep(held.since());
      return exit;
    }
  }

  private Integer beside(TrainRequest request) throws IOException {
    try (Studio studio = StudioLauncher.beside(folder.path(), job.data(), request.dataDir())) {
      screen.say("studio: " + studio.url() + "#train/" + folder.path().getFileName());
      return run();
    }
  }

  private Integer run() throws IOException {
    introduce();
    try (Interruption interruption = new Interruption(checkpointWriter)) {
      History history = fit(interruption);
      return interruption.asked() ? interrupted(history) : finish(history);
    }
  }

  private History fit(Interruption interruption) throws IOException {
    Optional<Checkpoint> resume =
        job.plan() instanceof RunPlan.Resumed ? Optional.of(goOn()) : Optional.empty();
    List<Listener> listeners = new ArrayList<>();
    if (hasSteps() && job.config().cluster().isEmpty()) {
      boolean isGiven =
          job.isTransfer()
              || job.state().isPresent()
              || !settings.text(TrainFlags.INIT_FROM).isEmpty();
      listeners.add(
          new AuditLog(folder, parts.train(), isGiven, settings.get(TrainFlags.KEEP_CHECKPOINTS)));
    }
    listeners.addAll(
        List.of(
            new HeapKeeper(),
            new ProgressLines(screen),
            metrics,
            new EventLog(events, settings.get(TrainFlags.LOG_EVERY)),
            checkpointWriter,
            interruption));
    try {
      return engine.fit(job, resume, listeners, this::forget, interruption);
    } catch (DivergedException | ClusterException failure) {
      throw new Failure(failure.getMessage() + "; " + kept(), failure);
    } catch (UncheckedIOException failure) {
      if (failure.getCause() instanceof DataException broken) {
        throw new Failure(
            "%s; %s; restore the file, then %s".formatted(broken.getMessage(), kept(), cure()),
            failure);
      }
      throw new Failure(
          "train: cannot write to the run folder (%s); %s; free space or give access, then %s"
              .formatted(PathProblems.reason(failure), kept(), cure()),
          failure);
    }
  }

  private Checkpoint goOn() throws IOException {
    Checkpoint checkpoint = RunFolders.checkpoint("resume", folder);
    metrics.cutBackTo(checkpoint.position().step());
    events.cutBackTo(checkpoint.position().step());
    checkpointWriter.remember(checkpoint, job.parentEpochs());
    int epoch = checkpoint.position().epoch();
    boolean isComplete = epoch > settings.epochs();
    screen.say(
        "resuming at step %,d, epoch %d%s"
            .formatted(
                checkpoint.position().step(),
                isComplete ? settings.epochs() : epoch,
                isComplete ? ": the run is complete; this repeats its result" : ""));
    return checkpoint;
  }

  private void forget(long step) {
    FolderWrite.run(
        () -> {
          metrics.cutBackTo(step);
          events.cutBackTo(step);
          checkpointWriter.cutBackTo(step);
        });
  }

  private String kept() {
    return checkpointWriter.saved() < 0
        ? "no checkpoint had been written yet"
        : (canGoOn()
                ? "the checkpoint of step %d is kept in %s"
                : "the checkpoint of step %d is no longer in %s")
            .formatted(checkpointWriter.saved(), folder.path());
  }

  private String cure() {
    return canGoOn() ? "resume with --resume" : "start the run again";
  }

  private boolean canGoOn() {
    return folder.has(RunFolder.CHECKPOINT) && folder.has(RunFolder.CONFIG);
  }

  private void introduce() {
    screen.say(
        "%s on %s: %,d training images, %s%,d test images of %s, %d classes"
            .formatted(
                settings.text(TrainFlags.MODEL),
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
    if (!RunPlan.isNamed(job.data()) && !(job.plan() instanceof RunPlan.Resumed)) {
      parts.copies(split.test(), job.isTransfer()).ifPresent(screen::say);
    }
    screen.say(
        "%,d parameters; %s, learning rate %s, batches of %d, seed %d; %s, %s kernels (%d lanes)"
            .formatted(
                network.weights().count(),
                settings.optimizer().name(),
                settings.optimizer().learningRate(),
                settings.get(TrainFlags.BATCH),
                settings.get(TrainFlags.SEED),
                engine.name(),
                kernels.name().toLowerCase(Locale.ROOT),
                kernels.lanes()));
    job.remarks().forEach(screen::say);
    screen.say("run folder: %s".formatted(folder.path()));
  }

  private Integer interrupted(History history) {
    screen.say(
        canGoOn()
            ? "interrupted at step %,d: the checkpoint is saved; resume with: %s"
                .formatted(history.steps(), engine.resume(folder.path()))
            : "interrupted at step %,d: %s no longer has the run's checkpoint and configuration; start the run again"
                .formatted(history.steps(), folder.path()));
    return 130;
  }

  private Integer finish(History history) throws IOException {
    Network kept = ModelFiles.open(folder.path()); // the model that eval opens
    int best = job.best(history.epochs()).epoch();
    boolean isLast = best == history.epochs().getLast().epoch();
    String which = isLast ? "" : " of epoch %d (lowest validation loss)".formatted(best);
    Evaluation evaluation;
    try (Workers workers = Workers.of(engine.threads())) {
      Loss loss = settings.loss().loss(job.classWeights());
      evaluation = Evaluation.of(kept, split.test(), workers, kernels, loss);
    }
    engine.onTest(new Accuracy(evaluation.accuracy(), split.test().size()));
    folder.write(RunFolder.REPORT, report(history, kept, evaluation, which));
    if (history.stoppedEarly()) {
      int lowest = history.best().epoch();
      screen.say("stopped early: the validation loss was best after epoch %d".formatted(lowest));
    }
    remark(evaluation, kept).ifPresent(screen::say);
    if (job.json()) {
      screen.println(json(history, evaluation, best));
    } else {
      print(history, evaluation, which);
    }
    return 0;
  }

  /** The warning of chance; of several labels, what their thresholds are from. */
  private Optional<String> remark(Evaluation evaluation, Network kept) {
    if (evaluation.multiLabel().isPresent()) {
      return Optional.of(
          parts
              .validation()
              .map(
                  held ->
                      "thresholds: the best F1 of each class on %,d validation images"
                          .formatted(held.size()))
              .orElse(
                  "thresholds: 0.5 for each class, since no images are held out; --validation FRACTION measures them"));
    }
    return ChanceLevel.warning(
        evaluation.confusion(),
        kept.labels(),
        settings.transfer().isOn()
            ? "try more photos, or more epochs of --fine-tune"
            : "try another --lr than %s, more --epochs, or another --init"
                .formatted(settings.optimizer().learningRate()));
  }

  private String json(History history, Evaluation evaluation, int best) {
    double seconds = seconds(history);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("run", folder.path().toString());
    result.put("epochs", history.epochs().size());
    result.put("bestEpoch", best);
    result.put(
        evaluation.multiLabel().isPresent() ? "testMeanAP" : "testAccuracy", evaluation.figure());
    result.put("testLoss", evaluation.loss());
    engine
        .judged()
        .ifPresent(
            held -> {
              result.put("heldOutAccuracy", held.share());
              result.put("heldOutPhotos", held.photos());
            });
    engine.reason().ifPresent(why -> result.put("chosen", why));
    result.put("seconds", Math.round(seconds * 1000) / 1000.0);
    if (hasSteps()) {
      result.put("imagesPerSecond", Math.round(images(history) / seconds));
    }
    return Json.line(result);
  }

  /** The model's place and its figures; of a fit or a choice, what held-out photos say of it. */
  private void print(History history, Evaluation evaluation, String which) {
    String time = ProgressLines.clock(seconds(history));
    if (hasSteps()) {
      screen
          .out()
          .printf(
              Locale.ROOT,
              "test %s %.2f %% (loss %.4f)%s after %d epoch%s in %s, %,d images/s%n",
              evaluation.figureName(),
              100 * evaluation.figure(),
              evaluation.loss(),
              which,
              history.epochs().size(),
              history.epochs().size() == 1 ? "" : "s",
              time,
              Math.round(images(history) / seconds(history)));
    }
    screen.println("model:  " + folder.file(RunFolder.BEST));
    screen.println("report: " + folder.file(RunFolder.REPORT));
    if (!hasSteps()) {
      screen.println(
          "accuracy: %s%s in the test; %s"
              .formatted(
                  engine.judged().map(held -> held + " held out, ").orElse(""),
                  new Accuracy(evaluation.accuracy(), evaluation.count()),
                  time));
    }
    engine.reason().ifPresent(why -> screen.println("chosen: " + why));
  }

  private static double seconds(History history) {
    return history.epochs().stream().mapToDouble(EpochReport::seconds).sum();
  }

  private long images(History history) {
    return (long) parts.train().size() * history.epochs().size();
  }

  /** Whether the model was made by training steps, not by a fit or a choice among candidates. */
  private boolean hasSteps() {
    return !settings.transfer().isOn() || settings.transfer().hasSteps();
  }

  private String report(History history, Network kept, Evaluation evaluation, String which)
      throws IOException {
    String note =
        Stream.of(
                split.note(),
                which.isEmpty() ? "" : "The model and its figures are those" + which,
                engine.judged().map(held -> "Accuracy on held-out photos: " + held).orElse(""))
            .filter(text -> !text.isEmpty())
            .collect(Collectors.joining(". "));
    return Report.html(
        new ReportData(
            Path.of(settings.text(TrainFlags.MODEL)).getFileName() + " on " + split.name(),
            note,
            Stream.concat(
                    settings.rows(split.name()).stream(),
                    Licences.rows(
                        job.data(), job.config(), engine.candidates(), folder.file(RunFolder.BEST))
                        .stream())
                .toList(),
            kept,
            kernels,
            parts.train().size(),
            metrics.logged().stream().map(StepPoint::of).toList(),
            history.epochs(),
            Optional.of(new ReportData.Test(evaluation, split.test())),
            Optional.of(provenance()),
            engine.candidates()));
  }

  private ReportData.Provenance provenance() throws IOException {
    return new ReportData.Provenance(
        folder.path(),
        ZonedDateTime.now(ZoneId.systemDefault())
            .format(DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm zzz", Locale.ENGLISH)),
        "Fovea %s, %s; Java %s on %s %s, %s kernels"
            .formatted(
                Version.FOVEA,
                engine.name(),
                Runtime.version(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                kernels.name().toLowerCase(Locale.ROOT)),
        RepeatCommand.of(
            settings, job.data(), RunFolders.configuration(folder.path()).orElse(RunConfig.NONE)));
  }
}

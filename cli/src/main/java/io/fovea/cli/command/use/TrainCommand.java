package io.fovea.cli.command.use;

import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.engine.LearningRateSearch;
import io.fovea.cli.train.engine.LocalEngine;
import io.fovea.cli.train.engine.TrainJob;
import io.fovea.cli.train.engine.TrainSession;
import io.fovea.cli.train.engine.TrainingBackend;
import io.fovea.cli.train.engine.TransferEngine;
import io.fovea.cli.train.flags.Settings;
import io.fovea.cli.train.flags.ThreadFlags;
import io.fovea.cli.train.flags.TrainRequest;
import io.fovea.data.DataSets;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fovea train}. */
@Command(
    name = "train",
    description =
        "Trains a network and writes a run folder: the model, a checkpoint, metrics and a report.",
    sortOptions = false,
    abbreviateSynopsis = true,
    footer = {
      "",
      "Examples:",
      "  fovea train                                 two-layer-cnn on MNIST, 3 epochs",
      "  fovea train fashion-mnist --model pooled",
      "  fovea train photos/ --image-size 32x32 --epochs 20 --validation 0.1",
      "  fovea train photos.csv --model runs/NAME --init-from runs/NAME --lr 0.001",
      "  fovea train photos/ --model pooled --find-lr",
      "  fovea train photos/ --pretrained            a pretrained backbone",
      "  fovea train photos/ --recipe photos         tries several methods, keeps the best",
      "  fovea train --resume runs/NAME"
    })
public final class TrainCommand implements Callable<Integer> {
  private static final int MOST_MINUTES = 1_000_000;

  private final Console screen;

  @Mixin private final TrainRequest request = new TrainRequest();

  @Option(
      names = "--find-lr",
      description =
          "Train a copy while the learning rate rises from 1e-7 to 10, print the suggested rate, and stop; the run folder has the curve.")
  private boolean findLr;

  @Option(
      names = "--time-limit",
      paramLabel = "MINUTES",
      description =
          "With --candidates: search with the largest --effort that takes about so long here, and say which; no clock is read afterwards.")
  private @Nullable Double minutes;

  public TrainCommand(Console screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws IOException {
    int threads =
        ThreadFlags.bounded(request.threads(Runtime.getRuntime().availableProcessors()), screen);
    if (findLr && request.isResumed()) {
      throw new UsageException("--find-lr: needs a new run; leave --resume out");
    }
    Settings settings = request.settings();
    if (findLr) {
      settings.requireNotPretrained("--find-lr");
    }
    Optional<Duration> timeLimit = timeLimit(settings);
    TrainJob job = TrainJob.of(screen, request, settings, "train", Map.of(), DataSets::open);
    if (findLr) {
      return new LearningRateSearch(screen, job, threads).run();
    }
    TransferEngine transfer = new TransferEngine(screen, threads);
    TrainJob chosen = timeLimit.map(limit -> transfer.within(job, limit)).orElse(job);
    TrainingBackend engine = job.isTransfer() ? transfer : new LocalEngine(threads);
    return new TrainSession(screen, chosen, engine).run(request);
  }

  private Optional<Duration> timeLimit(Settings settings) {
    if (minutes == null) {
      return Optional.empty();
    }
    if (!(minutes > 0 && minutes < MOST_MINUTES)) {
      throw new UsageException(
          "time-limit", "expects minutes above 0 and below 1000000, got " + minutes);
    }
    if (!settings.transfer().isChoice() || request.parsed().hasMatchedOption("--effort")) {
      throw new UsageException(
          "time-limit",
          "chooses the effort of a search; give it with --recipe photos, without --effort");
    }
    return Optional.of(Duration.ofMillis(Math.max(1, Math.round(60_000 * minutes))));
  }
}

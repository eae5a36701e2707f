package io.fovea.cli.train;

import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.Screen;
import io.fovea.dataset.Dataset;
import io.fovea.train.Checkpoint;
import io.fovea.train.HeadFit;
import io.fovea.train.History;
import io.fovea.train.Listener;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Trains a pretrained network: fits its last layer to cached features, then trains the other layers
 * if requested; or chooses among candidates.
 */
public record TransferEngine(Screen screen, int threads) implements Engine {
  @Override
  public String name() {
    return new OwnProcess(threads).name();
  }

  @Override
  public String resume(Path run) {
    return new OwnProcess(threads).resume(run);
  }

  @Override
  public History fit(
      TrainJob job,
      Optional<Checkpoint> resume,
      List<Listener> listeners,
      Records records,
      Interruption interruption) {
    TransferSettings transfer = job.settings().transfer();
    if (resume.isEmpty()) {
      sayLoneClasses(job);
    }
    if (transfer.isChoice()) {
      if (job.parts().train().size() < 2) {
        throw new Failure(
            "candidates: expect 2 training photos or more, since some are held out, got 1; give more photos");
      }
      return withoutCheckpoint(() -> new CandidateSearch(screen, job, threads).run(listeners));
    }
    if (resume.isEmpty()) {
      HeadTraining.Fitted fitted = withoutCheckpoint(() -> HeadTraining.fit(job, threads));
      say(job, fitted);
      if (!transfer.hasSteps()) {
        return new HeadTraining(job.network(), job)
            .finish(
                fitted.train(),
                Optional.of(fitted.fit()).filter(fit -> fit.judged() > 0).map(HeadFit::validation),
                fitted.seconds(),
                listeners);
      }
    }
    return new OwnProcess(threads).fit(job, resume, listeners, records, interruption);
  }

  /** Runs work that Ctrl-C ends immediately, with a message. */
  private <T> T withoutCheckpoint(Supplier<T> work) {
    Thread notice =
        new Thread(
            () ->
                screen.say(
                    "interrupted before the first checkpoint: nothing is saved; start the run again"));
    Runtime.getRuntime().addShutdownHook(notice);
    try {
      return work.get();
    } finally {
      try {
        Runtime.getRuntime().removeShutdownHook(notice);
      } catch (IllegalStateException alreadyShuttingDown) {
        // The hook runs.
      }
    }
  }

  /** Says how many classes have a photo too few: no fold can learn them and hold them out. */
  private void sayLoneClasses(TrainJob job) {
    Dataset train = job.parts().train();
    int[] counts = new int[train.classes().size()];
    IntStream.range(0, train.size()).forEach(i -> counts[train.label(i)]++);
    long alone = IntStream.of(counts).filter(count -> count == 1).count();
    if (alone > 0 && job.parts().validation().isEmpty()) {
      screen.say(
          "%d of %d classes have a single training photo: where it is held out, nothing was learned of its class, so validation accuracy is too low; give 2 or more of each class"
              .formatted(alone, counts.length));
    }
  }

  private void say(TrainJob job, HeadTraining.Fitted fitted) {
    HeadFit fit = fitted.fit();
    String validation =
        fit.judged() == 0
            ? "penalty C = %s, the default: too few photos to choose it".formatted(fit.strength())
            : String.format(
                Locale.ROOT,
                "accuracy %.2f %% %s (penalty C = %s)",
                100 * fit.validation().accuracy(),
                job.parts().validation().isPresent()
                    ? "on the validation photos"
                    : "in cross-validation",
                fit.strength());
    screen.say(
        String.format(
            Locale.ROOT,
            "last layer: fitted to %,d features of %,d photos in %.1f s; %s",
            fit.head().width(),
            job.parts().train().size(),
            fitted.seconds(),
            validation));
  }
}

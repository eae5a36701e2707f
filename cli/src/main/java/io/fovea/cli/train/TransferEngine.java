package io.fovea.cli.train;

import io.fovea.cli.screen.Screen;
import io.fovea.train.Checkpoint;
import io.fovea.train.History;
import io.fovea.train.Listener;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

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
    if (transfer.isChoice()) {
      return withoutCheckpoint(() -> new CandidateSearch(screen, job, threads).run(listeners));
    }
    if (resume.isEmpty()) {
      HeadTraining.Fitted fitted = withoutCheckpoint(() -> HeadTraining.fit(job, threads));
      say(job, fitted);
      if (!transfer.hasSteps()) {
        return new HeadTraining(job.network(), job)
            .finish(
                fitted.train(),
                Optional.of(fitted.fit().validation()),
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

  private void say(TrainJob job, HeadTraining.Fitted fitted) {
    screen.say(
        String.format(
            Locale.ROOT,
            "last layer: fitted to %,d features of %,d photos in %.1f s; accuracy %.2f %% %s (penalty C = %s)",
            fitted.fit().head().width(),
            job.parts().train().size(),
            fitted.seconds(),
            100 * fitted.fit().validation().accuracy(),
            job.parts().validation().isPresent()
                ? "on the validation photos"
                : "in cross-validation",
            fitted.fit().strength()));
  }
}

package io.fovea.cli.train.engine;

import io.fovea.cli.screen.Console;
import io.fovea.cli.train.flags.Settings;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.cli.train.flags.TransferSettings;
import io.fovea.dataset.Dataset;
import io.fovea.network.Network;
import io.fovea.run.RunFolder;
import io.fovea.train.Checkpoint;
import io.fovea.train.History;
import io.fovea.train.Listener;
import io.fovea.transfer.Accuracy;
import io.fovea.transfer.Backbone;
import io.fovea.transfer.Candidate;
import io.fovea.transfer.Effort;
import io.fovea.transfer.LastLayer;
import io.fovea.transfer.Transfer;
import io.fovea.transfer.TransferListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Trains a pretrained network: fits its last layer to cached features, then trains the other layers
 * if requested; or chooses among candidates.
 */
public final class TransferEngine implements TrainingBackend {
  private final Console screen;
  private final int threads;
  private final HeapKeeper heap = new HeapKeeper();
  private Optional<Accuracy> judged = Optional.empty();
  private List<Candidate> candidates = List.of();
  private Optional<CandidatesFile> file = Optional.empty();

  public TransferEngine(Console screen, int threads) {
    this.screen = screen;
    this.threads = threads;
  }

  /** The same job with the largest effort whose estimate fits into the time. */
  public TrainJob within(TrainJob job, Duration limit) {
    Effort effort = transfer(job).timeLimit(limit).plan(job.parts().train()).effort();
    return job.with(job.settings().with(TrainFlags.EFFORT, effort.title()));
  }

  @Override
  public int threads() {
    return threads;
  }

  @Override
  public List<Candidate> candidates() {
    return candidates;
  }

  @Override
  public void onTest(Accuracy accuracy) {
    file.ifPresent(search -> search.onTest(accuracy));
  }

  @Override
  public Optional<Accuracy> judged() {
    return judged;
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
      return withoutCheckpoint(job, () -> search(job, listeners));
    }
    boolean isNew = resume.isEmpty() && job.state().isEmpty(); // a fork has its parent's last layer
    if (isNew && !job.split().train().isMultiLabel()) { // else it begins at random
      LastLayer fitted = withoutCheckpoint(job, () -> lastLayer(job));
      job.network().publish(fitted.network().weights());
      say(job, fitted);
      if (!transfer.hasSteps()) {
        judged = fitted.accuracy();
        return new HeadTraining(job.network(), job)
            .finish(fitted.train(), fitted.validation(), fitted.seconds(), listeners);
      }
    }
    return new LocalEngine(threads).fit(job, resume, listeners, records, interruption);
  }

  private Transfer transfer(TrainJob job) {
    Settings settings = job.settings();
    List<Double> classWeights = job.classWeights();
    Transfer transfer =
        Transfer.of(Backbone.of(job.network()))
            .epochs(settings.epochs())
            .augment(settings.get(TrainFlags.AUGMENT))
            .balanced(settings.loss().balanced())
            .seed(settings.get(TrainFlags.SEED))
            .threads(threads)
            .kernels(settings.get(TrainFlags.KERNELS))
            .initializer(settings.get(TrainFlags.INIT))
            .listener(TransferListener.lines(this::between))
            .trainer(
                trainer -> {
                  settings.apply(trainer, classWeights);
                  trainer.listener(heap);
                  file.ifPresent(trainer::listener);
                })
            .tuning(trainer -> settings.transfer().apply(trainer, job.network()));
    settings.transfer().apply(transfer);
    return transfer;
  }

  private void between(String line) {
    screen.say(line);
    heap.collect();
  }

  private LastLayer lastLayer(TrainJob job) {
    Dataset train = job.parts().train();
    return job.parts()
        .validation()
        .map(held -> transfer(job).fitLastLayer(train, held))
        .orElseGet(() -> transfer(job).fitLastLayer(train));
  }

  /** Searches, and reports the chosen model to listeners as a run of one epoch. */
  private History search(TrainJob job, List<Listener> listeners) {
    CandidatesFile search = new CandidatesFile(job.folder(), job.network().labels(), this::between);
    file = Optional.of(search);
    Transfer.Result result = transfer(job).listener(search).fit(job.parts().train());
    heap.collect(); // the last training's activations, before the test
    judged = Optional.of(result.accuracy());
    candidates = result.candidates();
    Network network = result.network();
    network.publish(network.weights(), network.preprocessing(), job.network().labels());
    History history =
        new HeadTraining(network, job)
            .finish(result.train(), Optional.of(result.validation()), result.seconds(), listeners);
    search.end(candidates);
    return history;
  }

  /** Runs work that Ctrl-C ends immediately, with a message. */
  private <T> T withoutCheckpoint(TrainJob job, Supplier<T> work) {
    Path model = job.folder().file(RunFolder.BEST);
    AtomicBoolean isOver = new AtomicBoolean();
    Runnable notice =
        () -> {
          if (!isOver.get()) {
            screen.say(
                Files.exists(model)
                    ? "interrupted: %s has the model so far; start the run again for the whole search"
                        .formatted(model)
                    : "interrupted before the first checkpoint: nothing is saved; start the run again");
          }
        };
    Runtime.getRuntime().addShutdownHook(new Thread(notice));
    try {
      return work.get();
    } finally {
      isOver.set(true);
    }
  }

  private void say(TrainJob job, LastLayer fitted) {
    String validation =
        fitted.validation().isEmpty()
            ? "penalty C = %s, the default: too few photos to choose it"
                .formatted(fitted.strength())
            : String.format(
                Locale.ROOT,
                "%s %s (penalty C = %s)",
                fitted.accuracy().orElseThrow(),
                job.parts().validation().isPresent()
                    ? "on the validation photos"
                    : "in cross-validation",
                fitted.strength());
    screen.say(
        String.format(
            Locale.ROOT,
            "last layer: fitted to %,d features of %,d photos in %.1f s; %s",
            fitted.features(),
            job.parts().train().size(),
            fitted.seconds(),
            validation));
  }
}

package io.fovea.train;

import io.fovea.dataset.Batch;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Targets;
import io.fovea.layer.KernelSet;
import io.fovea.layer.Workspace;
import io.fovea.network.Network;
import io.fovea.network.PackedWeights;
import io.fovea.network.Tape;
import io.fovea.network.Weights;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One call of {@link Trainer#fit}: the loop and everything it changes. */
final class Run implements Training {
  private final Trainer settings;
  private final Dataset data;
  private final KernelSet kernels;
  private final Workers workers;
  private final Network network;
  private final PackedWeights weights;
  private final OptimizerState optimizer;
  private final Workspace workspace;
  private final Loading loading;
  private final RandomKey key;
  private final int stepsInEpoch;
  private final List<EpochReport> history = new ArrayList<>();
  private @Nullable String fingerprint;
  private Checkpoint.Position position = Checkpoint.Position.start();
  private final Tensor dLogits;
  private volatile boolean stopped;

  Run(Trainer settings, Dataset data, KernelSet kernels, Workers workers) {
    this.settings = settings;
    this.data = data;
    this.kernels = kernels;
    this.workers = workers;
    this.network = settings.network;
    Checkpoint resume = settings.resume;
    Weights start = resume != null ? resume.weights() : network.weights();
    this.weights = PackedWeights.of(network.graph(), start, kernels);
    this.workspace = Workspace.of(kernels, workers);
    this.optimizer = new OptimizerState(settings.optimizer, weights, workspace, workers);
    int largest = Math.min(settings.batchSize, data.size());
    this.dLogits = Tensor.zeros(network.graph().output(), largest);
    this.key = RandomKey.of(settings.seed);
    this.loading = new Loading(settings, data, network.preprocessing(), workers);
    this.stepsInEpoch = loading.stepsInEpoch();
    if (network.hasDefaultLabels()) {
      network.publish(network.weights(), network.preprocessing(), data.classes());
    }
    if (resume != null) {
      restore(resume);
    }
  }

  private void restore(Checkpoint checkpoint) {
    require("seed", Long.toString(settings.seed), Long.toString(checkpoint.seed()));
    require("optimizer", settings.optimizer.name(), checkpoint.optimizer());
    require("training data", fingerprint(), checkpoint.data());
    require("kernels", kernelName(), checkpoint.kernels());
    optimizer.restore(checkpoint.slots());
    position = checkpoint.position();
    requirePlace();
    history.addAll(checkpoint.history());
    network.publish(checkpoint.weights());
  }

  /** With batches of another size the checkpoint's steps would end at other images. */
  private void requirePlace() {
    long step = (long) (position.epoch() - 1) * stepsInEpoch + position.stepInEpoch();
    long images = Math.min((long) position.stepInEpoch() * settings.batchSize, data.size());
    boolean past = position.stepInEpoch() > stepsInEpoch;
    if (past || position.step() != step || position.images() != images) {
      throw new IllegalArgumentException(
          "resume: the checkpoint (step %d, epoch %d, %d images into it) was made with batches of another size than %d; resume with the same, or start a new run"
              .formatted(position.step(), position.epoch(), position.images(), settings.batchSize));
    }
  }

  private static void require(String what, String now, String then) {
    if (!now.equals(then)) {
      throw new IllegalArgumentException(
          "resume: the checkpoint was made with %s %s, this run has %s; resume with the same, or start a new run"
              .formatted(what, then, now));
    }
  }

  History run() {
    try (loading) {
      settings.listeners.forEach(listener -> listener.onStart(this));
      while (position.epoch() <= settings.epochs && !stopped) {
        epoch();
      }
    } finally {
      settings.listeners.forEach(listener -> listener.onEnd(this));
    }
    network.publish(weights.snapshot());
    boolean early = position.epoch() <= settings.epochs;
    return new History(network, List.copyOf(history), position.step(), early);
  }

  private void epoch() {
    while (position.stepInEpoch() < stepsInEpoch) {
      if (stopped) {
        return;
      }
      StepReport report = step();
      settings.listeners.forEach(listener -> listener.onStep(this, report));
    }
    EpochReport report =
        new EpochReport(
            position.epoch(),
            position.step(),
            position.lossSum() / position.images(),
            (double) position.correct() / position.images(),
            score(settings.validation),
            score(settings.test),
            position.seconds());
    history.add(report);
    network.publish(weights.snapshot());
    position = new Checkpoint.Position(position.step(), position.epoch() + 1, 0, 0, 0, 0, 0);
    settings.listeners.forEach(listener -> listener.onEpoch(this, report));
  }

  private Optional<EpochReport.Score> score(@Nullable Dataset set) {
    if (set == null) {
      return Optional.empty();
    }
    return Optional.of(
        EpochReport.Score.of(
            Evaluation.of(
                network.graph(), weights, network.preprocessing(), set, workspace, workers)));
  }

  /** Forward, loss, backward, update: one batch of the epoch's order. */
  private StepReport step() {
    long begin = System.nanoTime();
    long number = position.step() + 1;
    Batch batch = loading.batch(position.epoch(), position.stepInEpoch());
    int count = batch.targets().count();
    workspace.beginTraining(key.with("step").with(number));
    Tape tape = Tape.lean(network.graph(), weights, workspace, batch.x());
    Tensor gradient = dLogits.slice(0, count);
    double loss = settings.loss.value(gradient, tape.output(), batch.targets());
    double rate = rate(position.step());
    if (!Double.isFinite(loss)) {
      throw new DivergedException(loss, number, position.epoch(), rate);
    }
    long correct = correct(tape.output(), batch.targets());
    optimizer.begin((float) rate, settings.l2, number);
    tape.backward(gradient);
    optimizer.update();
    double totalLoss = loss + optimizer.penalty();
    double seconds = (System.nanoTime() - begin) * 1e-9;
    position =
        new Checkpoint.Position(
            number,
            position.epoch(),
            position.stepInEpoch() + 1,
            position.lossSum() + loss * count,
            position.correct() + correct,
            position.images() + count,
            position.seconds() + seconds);
    return new StepReport(
        number,
        position.epoch(),
        position.stepInEpoch(),
        stepsInEpoch,
        loss,
        totalLoss,
        (double) correct / count,
        rate,
        count / seconds);
  }

  private double rate(long step) {
    return settings.optimizer.learningRate()
        * settings.schedule.factor(step, stepsInEpoch, steps());
  }

  private static long correct(Tensor logits, Targets targets) {
    int classes = logits.shape().elements();
    long correct = 0;
    for (int n = 0; n < logits.count(); n++) {
      int at = logits.offset() + n * classes;
      int best = 0;
      for (int k = 1; k < classes; k++) {
        if (logits.array()[at + k] > logits.array()[at + best]) {
          best = k;
        }
      }
      correct += best == targets.label(n) ? 1 : 0;
    }
    return correct;
  }

  @Override
  public Network network() {
    return network;
  }

  @Override
  public Weights snapshot() {
    return weights.snapshot();
  }

  @Override
  public Checkpoint checkpoint() {
    return new Checkpoint(
        weights.snapshot(),
        settings.optimizer.name(),
        optimizer.slots(),
        position,
        settings.seed,
        fingerprint(),
        kernelName(),
        List.copyOf(history));
  }

  private String kernelName() {
    return kernels.title() + " " + kernels.lanes();
  }

  private String fingerprint() {
    if (fingerprint == null) {
      fingerprint = Fingerprint.of(data);
    }
    return fingerprint;
  }

  @Override
  public int epochs() {
    return settings.epochs;
  }

  @Override
  public int images() {
    return data.size();
  }

  @Override
  public long steps() {
    return (long) stepsInEpoch * settings.epochs;
  }

  @Override
  public void stop() {
    stopped = true;
  }
}

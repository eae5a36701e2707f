package io.fovea.train;

import io.fovea.dataset.Dataset;
import io.fovea.kernel.KernelSet;
import io.fovea.metrics.Evaluation;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.network.execution.Workspace;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Tensor;
import io.fovea.train.step.AllReduceQueue;
import io.fovea.train.step.Fingerprint;
import io.fovea.train.step.Frozen;
import io.fovea.train.step.FrozenFeatures;
import io.fovea.train.step.WeightAverage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The loop of one {@link Trainer#fit} call, and the state that it changes. */
final class TrainingLoop implements Training {
  private final Trainer settings;
  private final Dataset data;
  private final KernelSet kernels;
  private final Workers workers;
  private final Network network;
  private final PackedWeights weights;
  private final @Nullable WeightAverage average;
  private final OptimizerState optimizer;
  private final Workspace workspace;
  private final BatchLoader loader;
  private final @Nullable AllReduceQueue allReduce;
  private final @Nullable FrozenFeatures frozenFeatures;
  private final TrainStep step;
  private final Publisher publisher;
  private final Ends ends = new Ends();
  private final int stepsInEpoch;
  private final List<EpochReport> history = new ArrayList<>();
  private final List<Double> losses = new ArrayList<>(); // of the epochs, for schedules
  private Optional<Weights> best = Optional.empty();
  private @Nullable String fingerprint;
  private @Nullable String validationFingerprint;
  private Checkpoint.Position position = Checkpoint.Position.start();
  private volatile boolean asked;
  private boolean interrupted;
  private boolean stopped;
  private boolean stoppedEarly;

  TrainingLoop(Trainer settings, Dataset data, KernelSet kernels, Workers workers) {
    this.settings = settings;
    this.data = data;
    this.kernels = kernels;
    this.workers = workers;
    this.network = settings.network;
    Checkpoint resume = settings.resume;
    Weights start = resume != null ? resume.weights() : network.weights();
    this.weights = PackedWeights.of(network.graph(), start, kernels);
    this.workspace = Workspace.of(kernels, workers);
    Frozen frozen = Frozen.of(network.graph(), settings.frozen);
    frozen.apply(workspace);
    this.allReduce = settings.group == null ? null : new AllReduceQueue(settings.group);
    this.optimizer = new OptimizerState(settings, weights, frozen, workspace, workers, allReduce);
    this.loader = new BatchLoader(settings, data, network.preprocessing(), workers);
    int largest = Math.min(settings.batchSize, data.size());
    this.frozenFeatures =
        FrozenFeatures.of(network, start, frozen.nodes(), workers.threads(), kernels);
    this.step =
        new TrainStep(
            settings, weights, optimizer, workspace, loader, allReduce, frozenFeatures, largest);
    this.stepsInEpoch = Resumption.stepsInEpoch(settings, data);
    this.average = settings.average == 0 ? null : average(start, resume);
    network.describe(data);
    this.publisher = new Publisher(settings, data);
    publisher.publish(network.weights());
    if (resume != null) {
      restore(resume);
    }
  }

  private long imagesInStep() {
    return Resumption.imagesInStep(settings);
  }

  private WeightAverage average(Weights start, @Nullable Checkpoint resume) {
    Weights begin = resume == null ? start : resume.average().orElse(start);
    return new WeightAverage(network.graph(), weights, begin, settings.average, kernels, workers);
  }

  private void restore(Checkpoint checkpoint) {
    position = checkpoint.position();
    if (settings.isFork) {
      position = RunSettings.forked(settings, data, position);
    } else {
      Resumption.requireSameRun(settings, checkpoint, data, fingerprint(), kernels, facts());
    }
    optimizer.restore(checkpoint.slots(), settings.isFork);
    checkpoint.history().forEach(this::add);
    best = checkpoint.best();
    publisher.publish(result());
    stopIfLongAgo();
  }

  /** The weights to publish, averaged if the run averages. */
  private Weights result() {
    return (average == null ? weights : average.packed()).snapshot();
  }

  private void stopIfLongAgo() {
    if (BestEpoch.isLongAgo(history, settings.earlyStop)) {
      stoppedEarly = true;
      stopped = true;
    }
  }

  History run() {
    // Closed from last to first: listeners hear of the end when no thread works any more.
    try (ends;
        loader;
        frozenFeatures;
        allReduce) {
      join();
      settings.listeners.forEach(listener -> listener.onStart(this));
      while (position.epoch() <= settings.epochs && !isOver()) {
        epoch();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    publisher.last(best.orElseGet(this::result), workers, kernels);
    boolean before = position.epoch() <= settings.epochs;
    return new History(network, List.copyOf(history), position.step(), before, stoppedEarly);
  }

  /** Notifies all listeners of the end, even if one of them throws. */
  private final class Ends implements AutoCloseable {
    @Override
    public void close() {
      RuntimeException first = null;
      for (Listener listener : settings.listeners) {
        try {
          listener.onEnd(TrainingLoop.this);
        } catch (RuntimeException failure) {
          if (first == null) {
            first = failure;
          } else {
            first.addSuppressed(failure);
          }
        }
      }
      if (first != null) {
        throw first;
      }
    }
  }

  /** Checks that the group's workers compute the same run. */
  private void join() {
    if (allReduce == null) {
      return;
    }
    if (settings.sharedStatistics) {
      workspace.share(allReduce);
    }
    String facts =
        "seed %d, %s, position %s, %s, %s"
            .formatted(
                settings.seed,
                Checkpoint.kernels(kernels),
                position,
                facts(),
                data.isSlow() ? data.size() + " images" : fingerprint());
    CRC32C crc = new CRC32C();
    crc.update(facts.getBytes(StandardCharsets.UTF_8));
    allReduce.requireSame(crc.getValue() + Fingerprint.of(weights), facts);
  }

  private boolean isOver() {
    if (allReduce == null && Thread.interrupted()) {
      interrupted = true; // until the end, so that listeners can write files
      asked = true;
    }
    stopped |= asked && allReduce == null;
    return stopped;
  }

  private void epoch() {
    while (position.stepInEpoch() < stepsInEpoch) {
      stopped |= position.step() >= settings.lastStep;
      if (isOver()) {
        return;
      }
      StepReport report = runStep();
      settings.listeners.forEach(listener -> listener.onStep(this, report));
      stopped |= step.stopped();
    }
    if (allReduce != null) {
      takeFirstBuffers(allReduce);
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
    Weights result = result();
    // Before anything is published: listeners and the network never see broken weights.
    FiniteCheck.require(report, result, trial(), rate(position.step() - 1));
    add(report);
    publisher.publish(result);
    if (settings.keepBest && BestEpoch.of(history).epoch() == report.epoch()) {
      best = Optional.of(result);
    }
    // Before listeners: a checkpoint that one writes now goes on with the next epoch.
    position = new Checkpoint.Position(position.step(), position.epoch() + 1, 0, 0, 0, 0, 0);
    settings.listeners.forEach(listener -> listener.onEpoch(this, report));
    stopIfLongAgo();
  }

  private void add(EpochReport report) {
    history.add(report);
    losses.add(report.validation().map(EpochReport.Score::loss).orElse(report.trainLoss()));
  }

  private void takeFirstBuffers(AllReduceQueue group) {
    optimizer.takeFirstBuffers(group);
    if (average != null) {
      average.copyBuffers();
    }
  }

  private Optional<EpochReport.Score> score(@Nullable Dataset set) {
    if (set == null) {
      return Optional.empty();
    }
    return Optional.of(
        allReduce == null
            ? EpochReport.Score.of(evaluation(set))
            : DividedEvaluation.score(allReduce, set, settings.loss, this::evaluation));
  }

  /** The network's outputs for noise. */
  private Tensor trial() {
    Tensor noise = Tensor.zeros(network.graph().input(), 1);
    RandomKey key = RandomKey.of(settings.seed).with("trial");
    for (int i = 0; i < noise.elements(); i++) {
      noise.array()[noise.offset() + i] = (float) key.normal(i);
    }
    return infer(noise);
  }

  private Tensor infer(Tensor x) {
    workspace.beginInference();
    PackedWeights now = average == null ? weights : average.packed();
    return Tape.inference(now, workspace, x);
  }

  private Evaluation evaluation(Dataset set) {
    Evaluation evaluation =
        Evaluation.of(this::infer, network.preprocessing(), set, workers, settings.loss);
    publisher.see(set, evaluation);
    return evaluation;
  }

  /** One update of the mean gradient of its batches. */
  private StepReport runStep() {
    long begin = System.nanoTime();
    long left = data.size() - position.stepInEpoch() * imagesInStep();
    int slots = (int) Math.min(imagesInStep(), left);
    long number = position.step() + 1;
    double rate = rate(position.step());
    optimizer.begin((float) rate, settings.l2, number);
    step.run(position, slots, rate, asked);
    optimizer.update();
    step.updated(rate);
    int count = step.count();
    if (average != null) {
      average.update(number);
    }
    double seconds = (System.nanoTime() - begin) * 1e-9;
    position =
        new Checkpoint.Position(
            number,
            position.epoch(),
            position.stepInEpoch() + 1,
            position.lossSum() + step.lossSum(),
            position.correct() + step.correct(),
            position.images() + count,
            position.seconds() + seconds);
    double mean = count <= settings.batchSize ? step.lastLoss() : step.lossSum() / count;
    return report(mean, step.correct(), count, rate, seconds);
  }

  private StepReport report(double loss, long correct, int count, double rate, double seconds) {
    return new StepReport(
        position.step(),
        position.epoch(),
        position.stepInEpoch(),
        stepsInEpoch,
        loss,
        loss + optimizer.penalty(),
        (double) correct / count,
        rate,
        count / seconds);
  }

  private double rate(long step) {
    return settings.optimizer.learningRate()
        * settings.schedule.factor(
            step, stepsInEpoch, steps(), Collections.unmodifiableList(losses));
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
        Checkpoint.kernels(kernels),
        List.copyOf(history),
        facts(),
        Optional.ofNullable(average).map(mean -> mean.packed().snapshot()),
        best);
  }

  private Map<String, String> facts() {
    return RunSettings.of(settings, steps(), validationFingerprint());
  }

  private String validationFingerprint() {
    if (validationFingerprint == null) {
      validationFingerprint = Resumption.validation(settings);
    }
    return validationFingerprint;
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
    asked = true;
  }
}

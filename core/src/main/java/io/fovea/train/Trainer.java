package io.fovea.train;

import io.fovea.dataset.Augmentation;
import io.fovea.dataset.Dataset;
import io.fovea.kernel.KernelSet;
import io.fovea.loss.Loss;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.metrics.ChanceLevel;
import io.fovea.network.MemoryNeed;
import io.fovea.network.NamePattern;
import io.fovea.network.Network;
import io.fovea.optim.Clipping;
import io.fovea.optim.Optimizer;
import io.fovea.optim.Schedule;
import io.fovea.optim.Sgd;
import io.fovea.parallel.ProcessGroup;
import io.fovea.parallel.Workers;
import io.fovea.range.Ranges;
import io.fovea.train.step.Frozen;
import io.fovea.train.step.StepProbe;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network by mini-batch gradient descent. Set what differs from the defaults, then call
 * {@link #fit}; the network has the new weights afterwards.
 *
 * <pre>
 * each epoch: shuffle the images
 *   each batch: load and augment, forward, loss, backward, then w = w - update(gradient)
 * </pre>
 *
 * The same seed gives the same bits, on any number of threads and after a resume. A trainer is used
 * by one thread.
 */
public final class Trainer {
  private static final System.Logger LOG = System.getLogger(Trainer.class.getName());

  final Network network;
  Optimizer optimizer = Sgd.of(0.01f).momentum(0.9f);
  Schedule schedule = Schedule.constant();
  Loss loss = SoftmaxCrossEntropy.plain();
  Augmentation augmentation = Augmentation.none();
  float l2;
  NamePattern decaying = new NamePattern("*");
  Clipping clipping = Clipping.none();
  double average;
  int accumulate = 1;
  int earlyStop;
  boolean keepBest;
  int epochs = 1;
  int batchSize = 64;
  boolean shuffle = true;
  long seed;
  int threads = Math.min(1024, Runtime.getRuntime().availableProcessors());
  @Nullable KernelSet kernels;
  @Nullable Dataset validation;
  @Nullable Dataset test;
  @Nullable Checkpoint resume;
  boolean isFork;
  final BitSet leftOut = new BitSet();
  @Nullable ProcessGroup group;
  boolean sharedStatistics;
  long lastStep = Long.MAX_VALUE;
  final List<NamePattern> frozen = new ArrayList<>();
  final Map<NamePattern, Double> rates = new LinkedHashMap<>();
  final List<Listener> listeners = new ArrayList<>();

  private Trainer(Network network) {
    this.network = network;
  }

  /** A trainer of this network. */
  public static Trainer of(Network network) {
    return new Trainer(network);
  }

  /** The network that is trained. */
  public Network network() {
    return network;
  }

  /**
   * The optimiser; SGD with learning rate 0.01 and momentum 0.9 unless given.
   *
   * @throws IllegalArgumentException if a program's own has no name, unusable names of slots, or a
   *     learning rate that is not above 0
   */
  public Trainer optimizer(Optimizer value) {
    optimizer = OptimizerState.check(value);
    return this;
  }

  /** The learning-rate schedule; constant unless given. */
  public Trainer schedule(Schedule value) {
    schedule = value;
    return this;
  }

  /**
   * The loss; softmax cross-entropy unless given. Validation and test images are evaluated by the
   * same loss ({@link Loss#judge}).
   *
   * @throws IllegalArgumentException if it takes logits and the network ends in a softmax layer
   */
  public Trainer loss(Loss value) {
    LogitsCheck.require(network.graph(), value);
    loss = value;
    return this;
  }

  /** Random changes to the training images; none unless given. */
  public Trainer augment(Augmentation value) {
    augmentation = value;
    return this;
  }

  /** Adds 0.5 * l2 * |w|^2 to the loss, over weights, not biases; 0 unless given. */
  public Trainer l2(float value) {
    return l2(value, "*");
  }

  /** The same over the weights alone whose names match, such as {@code dense*}. */
  public Trainer l2(float value, String pattern) {
    Ranges.notNegative("train: l2", value);
    decaying = RunSettings.pattern(this, "l2", pattern);
    l2 = value;
    return this;
  }

  /** Gradient clipping; none unless given. */
  public Trainer clipping(Clipping value) {
    clipping = value;
    return this;
  }

  /**
   * Averages the weights over the updates, with d = min(decay, (1 + t) / (10 + t)) after update t:
   *
   * <pre>
   * average = d * average + (1 - d) * w
   * </pre>
   *
   * (Polyak and Juditsky 1992, in the exponential form.) The averaged weights, with the present
   * buffers, are evaluated after each epoch and become the network's; training continues with the
   * weights that are not averaged. 0, no averaging, unless given.
   */
  public Trainer average(double decay) {
    Ranges.share("train: the average's decay", decay);
    average = decay;
    return this;
  }

  /**
   * Batches whose gradients are averaged into one update; 1 unless given. Equivalent to one batch
   * {@code batches} times as large, up to rounding, except for batch normalisation, which sees the
   * small batches. Steps and their reports count updates.
   */
  public Trainer accumulate(int batches) {
    accumulate = Ranges.atLeastOne("train: accumulated batches", batches);
    return this;
  }

  /**
   * Freezes the parameters whose names match: {@code *} stands for any characters, {@code ?} for
   * one, such as {@code conv*}. May be called several times. A layer whose parameters are all
   * frozen computes as at inference and keeps its buffers, such as batch normalisation's running
   * statistics; no gradient is computed for it, and none before the first layer that is trained. L2
   * ignores frozen weights.
   *
   * @throws IllegalArgumentException if no parameter matches, or none is left to train
   */
  public Trainer freeze(String pattern) {
    frozen.add(new NamePattern(pattern));
    Frozen.of(network.graph(), frozen);
    return this;
  }

  /**
   * Trains the parameters whose names match at a multiple of the learning rate, such as 0.1 for a
   * pretrained backbone (discriminative fine-tuning, Howard and Ruder, arXiv 1801.06146, section
   * 3.2); all at 1 unless given. If several patterns match, the last one counts.
   *
   * @throws IllegalArgumentException if no parameter matches, or the multiple is not above 0
   */
  public Trainer rate(String pattern, double multiple) {
    if (!(multiple > 0 && multiple < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "train: rate: expects a multiple above 0 for \"%s\", got %s; to leave weights as they are, freeze them"
              .formatted(pattern, multiple));
    }
    rates.put(RunSettings.pattern(this, "rate", pattern), multiple);
    return this;
  }

  /**
   * Ends the run when the validation loss has not fallen below its lowest for {@code patience}
   * epochs; 0, never, unless given. Needs {@link #validation}.
   */
  public Trainer earlyStop(int patience) {
    if (patience < 0) {
      throw new IllegalArgumentException(
          "train: early stopping's epochs must be 0 or more, got " + patience);
    }
    earlyStop = patience;
    return this;
  }

  /**
   * Whether the network has the weights of the {@linkplain BestEpoch best epoch} at the end instead
   * of the last ones; false unless given. Needs {@link #validation}.
   */
  public Trainer keepBest(boolean value) {
    keepBest = value;
    return this;
  }

  /** Passes over the images; 1 unless given. */
  public Trainer epochs(int value) {
    epochs = Ranges.atLeastOne("train: epochs", value);
    return this;
  }

  /** Images of one step; 64 unless given. The last batch of an epoch may be smaller. */
  public Trainer batchSize(int value) {
    batchSize = Ranges.atLeastOne("train: batch size", value);
    return this;
  }

  /** Whether each epoch has its own random order; true unless given. */
  public Trainer shuffle(boolean value) {
    shuffle = value;
    return this;
  }

  /** The seed of all randomness in the run; 0 unless given. */
  public Trainer seed(long value) {
    seed = value;
    return this;
  }

  /** The number of threads of this run, without effect on results; all processors unless given. */
  public Trainer threads(int value) {
    threads = Ranges.atLeastOne("train: threads", value);
    return this;
  }

  /** The kernels; the fastest unless given. */
  public Trainer kernels(KernelSet value) {
    kernels = value;
    return this;
  }

  /**
   * Images evaluated after each epoch; early stopping, plateau schedules and best weights depend on
   * them.
   */
  public Trainer validation(Dataset value) {
    validation = value;
    return this;
  }

  /** Images evaluated after each epoch for the report only. */
  public Trainer test(Dataset value) {
    test = value;
    return this;
  }

  /** Adds a listener of the run. */
  public Trainer listener(Listener value) {
    listeners.add(value);
    return this;
  }

  /** Resumes from a checkpoint; settings and data must be those of the interrupted run. */
  public Trainer resume(Checkpoint value) {
    resume = value;
    isFork = false;
    return this;
  }

  /**
   * Continues another run from a checkpoint, with other settings or images. The optimiser keeps its
   * state if it has the same slots. With another number of images in a step, or in all, the present
   * epoch begins again.
   */
  public Trainer fork(Checkpoint value) {
    resume = value;
    isFork = true;
    return this;
  }

  /**
   * Leaves images out of all batches, which are smaller then; the order of the others is as before.
   *
   * @param indices their indices in the training images
   */
  public Trainer leaveOut(int... indices) {
    IntStream.of(indices).forEach(leftOut::set);
    return this;
  }

  /**
   * Trains with the other workers of a group: each computes its share of every batch, and all of
   * them the same update, of the full batch's mean. Batch size, loss, accuracy and reports are
   * those of full batches; images, augmentation and dropout are the same as in a single process.
   * All workers need the same settings, data and initial weights, and one network each; only their
   * listeners may differ. A call of {@link Training#stop} on one of them ends all after the same
   * step, which may be the next one.
   *
   * <p>A group of one is the same as none.
   */
  public Trainer group(ProcessGroup value) {
    group = value.size() == 1 ? null : value;
    return this;
  }

  /**
   * Whether batch normalisation in a group uses the statistics of full batches, as a single process
   * does, which costs two messages a layer and step. False unless given: each worker uses those of
   * its share, and the running statistics are worker 0's.
   */
  public Trainer sharedStatistics(boolean value) {
    sharedStatistics = value;
    return this;
  }

  /** Ends the run after the update of that number; never unless given. */
  public Trainer until(long step) {
    if (step < 0) {
      throw new IllegalArgumentException("train: the last step must be 0 or more, got " + step);
    }
    lastStep = step;
    return this;
  }

  /** The listener that looks into steps, if there is one. */
  @Nullable StepProbe probe() {
    return (StepProbe)
        listeners.stream().filter(StepProbe.class::isInstance).findFirst().orElse(null);
  }

  /**
   * Trains on these images. A run without listeners of the program's own that ends at {@link
   * ChanceLevel} on its validation images (else its test images, else those that it was trained on)
   * logs that as a warning.
   *
   * <p>An interrupt of the calling thread ends the run as {@link Training#stop} does, listeners
   * included, and is set again at the end; in a {@linkplain #group group} it changes nothing here.
   *
   * @throws IllegalArgumentException if the images do not fit the network, the loss or the
   *     augmentation, the network ends in a softmax layer that the loss computes itself, or a
   *     checkpoint does not fit the run
   * @throws DivergedException if the loss becomes NaN or infinite; the network keeps the weights of
   *     the last finished epoch
   */
  public History fit(Dataset train) {
    RunSettings.check(this, train);
    History history;
    try (Workers workers = Workers.patient(threads)) {
      history =
          new TrainingLoop(this, train, kernels != null ? kernels : KernelSet.fastest(), workers)
              .run();
    }
    if (listeners.stream().allMatch(EpochLines.class::isInstance)) {
      String warning = ChanceWarning.of(this, history, train).orElse("");
      if (!warning.isEmpty()) { // here, as a log names the method
        LOG.log(System.Logger.Level.WARNING, warning);
      }
    }
    return history;
  }

  /**
   * The memory that {@link #fit} needs with these settings, computed from the structure of the
   * network without running it: as if nothing were frozen, and without the images that a data set
   * holds, a second batch that is loaded while one is computed, and checkpoints.
   */
  public MemoryNeed memory() {
    return TrainingMemory.of(this, kernels != null ? kernels : KernelSet.fastest());
  }
}

package io.fovea.train;

import io.fovea.dataset.Augmentation;
import io.fovea.dataset.Dataset;
import io.fovea.layer.KernelSet;
import io.fovea.loss.Loss;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.network.Network;
import io.fovea.optim.Optimizer;
import io.fovea.optim.Schedule;
import io.fovea.optim.Sgd;
import io.fovea.parallel.Workers;
import java.util.ArrayList;
import java.util.List;
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
 * Same seed, same bits, on any number of threads, and after a resume. A trainer is used by one
 * thread.
 */
public final class Trainer {
  final Network network;
  Optimizer optimizer = Sgd.of(0.01f).momentum(0.9f);
  Schedule schedule = Schedule.constant();
  Loss loss = SoftmaxCrossEntropy.plain();
  Augmentation augmentation = Augmentation.none();
  float l2;
  int epochs = 1;
  int batchSize = 64;
  boolean shuffle = true;
  long seed;
  int threads = Math.min(1024, Runtime.getRuntime().availableProcessors());
  @Nullable KernelSet kernels;
  @Nullable Dataset validation;
  @Nullable Dataset test;
  @Nullable Checkpoint resume;
  final List<Listener> listeners = new ArrayList<>();

  private Trainer(Network network) {
    this.network = network;
  }

  /** A trainer of this network. */
  public static Trainer of(Network network) {
    return new Trainer(network);
  }

  /** The optimiser; SGD with learning rate 0.01 and momentum 0.9 unless given. */
  public Trainer optimizer(Optimizer value) {
    optimizer = value;
    return this;
  }

  /** The learning rate's course; constant unless given. */
  public Trainer schedule(Schedule value) {
    schedule = value;
    return this;
  }

  /** The loss; softmax cross-entropy unless given. */
  public Trainer loss(Loss value) {
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
    if (!(value >= 0 && value < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("train: l2 must be a number from 0 up, got " + value);
    }
    l2 = value;
    return this;
  }

  /** Passes over the images; 1 unless given. */
  public Trainer epochs(int value) {
    epochs = atLeastOne("epochs", value);
    return this;
  }

  /** Images of one step; 64 unless given. The last batch of an epoch may be smaller. */
  public Trainer batchSize(int value) {
    batchSize = atLeastOne("batch size", value);
    return this;
  }

  /** Whether each epoch has an order of its own; true unless given. */
  public Trainer shuffle(boolean value) {
    shuffle = value;
    return this;
  }

  /** The seed of all randomness in the run; 0 unless given. */
  public Trainer seed(long value) {
    seed = value;
    return this;
  }

  /** The threads of this run, no effect on results; all processors unless given. */
  public Trainer threads(int value) {
    threads = atLeastOne("threads", value);
    return this;
  }

  /** The kernels; the fastest unless given. */
  public Trainer kernels(KernelSet value) {
    kernels = value;
    return this;
  }

  /** Images evaluated after each epoch to choose by. */
  public Trainer validation(Dataset value) {
    validation = value;
    return this;
  }

  /** Images evaluated after each epoch, only to look at. */
  public Trainer test(Dataset value) {
    test = value;
    return this;
  }

  /** Somebody to hear of the run. */
  public Trainer listener(Listener value) {
    listeners.add(value);
    return this;
  }

  /**
   * Goes on from a checkpoint instead of beginning; settings and data must be the interrupted
   * run's.
   */
  public Trainer resume(Checkpoint value) {
    resume = value;
    return this;
  }

  private static int atLeastOne(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("train: " + what + " must be at least 1, got " + value);
    }
    return value;
  }

  /**
   * Trains on these images.
   *
   * @throws IllegalArgumentException if the images do not fit the network or the augmentation, or a
   *     checkpoint does not fit the run
   * @throws DivergedException if the loss stops being a number; the network keeps the weights of
   *     the last finished epoch
   */
  public History fit(Dataset train) {
    Fit.check(network.graph(), train);
    if (validation != null) {
      Fit.check(network.graph(), validation);
    }
    if (test != null) {
      Fit.check(network.graph(), test);
    }
    try (Workers workers = Workers.of(threads)) {
      return new Run(this, train, kernels != null ? kernels : KernelSet.fastest(), workers).run();
    }
  }
}

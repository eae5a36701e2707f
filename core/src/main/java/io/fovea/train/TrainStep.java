package io.fovea.train;

import io.fovea.dataset.Batch;
import io.fovea.dataset.Targets;
import io.fovea.network.Network;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.network.execution.Workspace;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Tensor;
import io.fovea.train.step.AllReduceQueue;
import io.fovea.train.step.BatchShard;
import io.fovea.train.step.FrozenFeatures;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One training step: forward pass, loss and backward pass of each batch of an update. */
final class TrainStep {
  private final Trainer settings;
  private final Network network;
  private final PackedWeights weights;
  private final OptimizerState optimizer;
  private final Workspace workspace;
  private final BatchLoader loader;
  private final @Nullable AllReduceQueue allReduce;
  private final @Nullable FrozenFeatures frozen;
  private final RandomKey key;
  private final Tensor dLogits;
  private double lossSum;
  private double lastLoss;
  private long correct;
  private boolean stopped;

  TrainStep(
      Trainer settings,
      PackedWeights weights,
      OptimizerState optimizer,
      Workspace workspace,
      BatchLoader loader,
      @Nullable AllReduceQueue allReduce,
      @Nullable FrozenFeatures frozen,
      int largest) {
    this.settings = settings;
    this.network = settings.network;
    this.weights = weights;
    this.optimizer = optimizer;
    this.workspace = workspace;
    this.loader = loader;
    this.allReduce = allReduce;
    this.frozen = frozen;
    this.key = RandomKey.of(settings.seed).with("step");
    this.dLogits = Tensor.zeros(network.graph().output(), largest);
  }

  /** The sum over the update's images of their batches' mean loss. */
  double lossSum() {
    return lossSum;
  }

  /** The mean loss of the update's last batch. */
  double lastLoss() {
    return lastLoss;
  }

  /** The number of the update's images that were classified correctly. */
  long correct() {
    return correct;
  }

  /** Whether a worker of the group has been asked to stop. */
  boolean stopped() {
    return stopped;
  }

  /**
   * Computes one update's gradients and passes them to the optimiser.
   *
   * @param at the position before the update
   * @param count the update's images
   * @param rate its learning rate, for messages
   * @param stop whether this worker has been asked to stop
   */
  void run(Checkpoint.Position at, int count, double rate, boolean stop) {
    lossSum = 0;
    correct = 0;
    int first = at.stepInEpoch() * settings.accumulate;
    long number = at.step() + 1;
    for (int done = 0; done < count; done += settings.batchSize) {
      int batch = first + done / settings.batchSize;
      RandomKey own = key.with(number);
      boolean last = done + settings.batchSize >= count;
      double divisor = pass(at.epoch(), batch, done == 0 ? own : own.with(done), last, stop);
      if (!Double.isFinite(lastLoss)) {
        throw new DivergedException(lastLoss, number, at.epoch(), rate);
      }
      lossSum += lastLoss * loader.images(batch);
      optimizer.add(divisor);
    }
  }

  private double pass(int epoch, int number, RandomKey own, boolean last, boolean stop) {
    BatchShard share = loader.share(loader.images(number));
    Batch batch = loader.batch(epoch, number);
    workspace.beginWatch();
    double divisor = pass(batch, share, own, last, stop);
    workspace.endWatch();
    return divisor;
  }

  private double pass(Batch batch, BatchShard share, RandomKey own, boolean last, boolean stop) {
    workspace.beginTraining(own, share.begin());
    Tape tape =
        frozen == null
            ? Tape.fused(weights, workspace, batch.x())
            : Tape.fused(weights, workspace, frozen.prefix(), frozen.outputs(batch.x()));
    Tensor gradient = dLogits.slice(0, batch.x().count());
    double loss = settings.loss.value(gradient, tape.output(), batch.targets());
    double divisor = settings.loss.divisor(batch.targets());
    long right = correct(tape.output(), batch.targets());
    if (allReduce != null) {
      double[] part = {0, 0, 0, stop ? 1 : 0};
      if (share.counts()) {
        part = new double[] {loss * divisor, divisor, right, part[3]};
      }
      return together(allReduce, tape, gradient, part, last);
    }
    lastLoss = loss;
    correct += right;
    if (Double.isFinite(loss)) {
      tape.backward(gradient);
    }
    return divisor;
  }

  /**
   * The backward pass of a part of a batch. The first gradient is converted from that of the part's
   * mean to that of its sum, so that the parts' gradients can be added.
   *
   * @param sums of the part: loss, divisor, correct predictions, requests to stop
   */
  private double together(
      AllReduceQueue group, Tape tape, Tensor gradient, double[] sums, boolean last) {
    float divisor = (float) sums[1];
    int from = gradient.offset();
    for (int i = from; i < from + gradient.elements(); i++) {
      gradient.array()[i] *= divisor;
    }
    Future<?> known = group.later(sums);
    if (last) {
      tape.backward(gradient, optimizer::ready);
    } else {
      tape.backward(gradient);
    }
    AllReduceQueue.await(known);
    lastLoss = sums[1] == 0 ? 0 : sums[0] / sums[1];
    correct += (long) sums[2];
    stopped |= sums[3] > 0;
    return sums[1];
  }

  /** Images whose most probable class is their label; of several labels, one of them. */
  private long correct(Tensor logits, Targets targets) {
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
      boolean isRight =
          loader.isMultiLabel() ? targets.share(n, best) > 0 : best == targets.label(n);
      correct += isRight ? 1 : 0;
    }
    return correct;
  }
}

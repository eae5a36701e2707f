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
import io.fovea.train.step.Frozen;
import io.fovea.train.step.FrozenFeatures;
import io.fovea.train.step.StepProbe;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One training step: forward pass, loss and backward pass of each batch of an update. */
final class TrainStep {
  private static final int[] NONE = {};

  private final Trainer settings;
  private final Network network;
  private final PackedWeights weights;
  private final OptimizerState optimizer;
  private final Workspace workspace;
  private final BatchLoader loader;
  private final @Nullable AllReduceQueue allReduce;
  private final @Nullable FrozenFeatures frozen;
  private final @Nullable StepProbe probe;
  private final RandomKey key;
  private final Tensor dLogits;
  private double lossSum;
  private double lastLoss;
  private long correct;
  private int count;
  private boolean stopped;
  private boolean isProbed;
  private int[] images = NONE; // of the batch, for a probe

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
    this.probe = settings.probe();
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

  int count() {
    return count;
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
   * @param slots the images that the update has, with those left out
   * @param rate its learning rate, for messages
   * @param stop whether this worker has been asked to stop
   */
  void run(Checkpoint.Position at, int slots, double rate, boolean stop) {
    if (probe != null && !isProbed) {
      isProbed = true;
      probe.begin(run());
    }
    lossSum = 0;
    correct = 0;
    count = 0;
    int first = at.stepInEpoch() * settings.accumulate;
    long number = at.step() + 1;
    for (int done = 0; done < slots; done += settings.batchSize) {
      int batch = first + done / settings.batchSize;
      RandomKey own = key.with(number);
      boolean last = done + settings.batchSize >= slots;
      double divisor = pass(at.epoch(), batch, done == 0 ? own : own.with(done), last, stop);
      if (!Double.isFinite(lastLoss)) {
        throw new DivergedException(lastLoss, number, at.epoch(), rate);
      }
      int size = loader.images(at.epoch(), batch);
      lossSum += lastLoss * size;
      count += size;
      optimizer.add(divisor);
    }
  }

  private StepProbe.Run run() {
    return new StepProbe.Run(
        settings.optimizer,
        settings.loss,
        settings.clipping,
        parameter -> settings.decaying.matches(parameter) ? settings.l2 : 0,
        settings.accumulate > 1,
        parameter -> RunSettings.rate(settings, parameter),
        weights.snapshot(),
        optimizer.slots(),
        weights,
        workspace,
        Frozen.of(network.graph(), settings.frozen).weights());
  }

  void updated(double rate) {
    if (probe != null) {
      probe.updated(new StepProbe.Update(rate, optimizer.factor()));
    }
  }

  private double pass(int epoch, int number, RandomKey own, boolean last, boolean stop) {
    BatchShard share = loader.share(loader.images(epoch, number));
    Batch batch = loader.batch(epoch, number);
    images = probe == null ? NONE : loader.indices(epoch, number);
    if (probe != null) { // which may allocate
      return pass(batch, share, own, last, stop);
    }
    workspace.beginWatch();
    double divisor = pass(batch, share, own, last, stop);
    workspace.endWatch(network.graph(), batch.x().count());
    return divisor;
  }

  private double pass(Batch batch, BatchShard share, RandomKey own, boolean last, boolean stop) {
    workspace.beginTraining(own, share.begin());
    Tape tape = forward(batch.x());
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
      if (probe != null) {
        probe.pass(new StepProbe.Pass(tape, batch, gradient, images, divisor, own));
      }
    }
    return divisor;
  }

  /** All ways give the same bits. */
  private Tape forward(Tensor x) {
    if (probe != null) {
      return Tape.forward(weights, workspace, x);
    }
    return frozen == null
        ? Tape.fused(weights, workspace, x)
        : Tape.fused(weights, workspace, frozen.prefix(), frozen.outputs(x));
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
    int[] order = logits.shape().logicalOrder();
    long correct = 0;
    for (int n = 0; n < logits.count(); n++) {
      int at = logits.offset() + n * classes;
      int best = 0;
      for (int k = 1; k < classes; k++) {
        if (logits.array()[at + k] > logits.array()[at + best]) {
          best = k;
        }
      }
      int top = order[best];
      boolean isRight = loader.isMultiLabel() ? targets.share(n, top) > 0 : top == targets.label(n);
      correct += isRight ? 1 : 0;
    }
    return correct;
  }
}

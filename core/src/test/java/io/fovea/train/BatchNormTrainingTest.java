package io.fovea.train;

import static io.fovea.network.ConvOption.noBias;
import static io.fovea.network.ConvOption.padding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Dataset;
import io.fovea.golden.MnistSlice;
import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Bound;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.network.execution.Workspace;
import io.fovea.optim.Adam;
import io.fovea.optim.Optimizer;
import io.fovea.optim.Schedule;
import io.fovea.optim.Sgd;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Batch normalisation in training: running statistics, determinism, resume, inference. */
class BatchNormTrainingTest {
  private static final Dataset IMAGES = new MnistSlice();

  private static Network small(long seed) {
    return Network.input(1, 28, 28)
        .maxPool2d(4)
        .conv2d(3, 3, padding(1), noBias())
        .batchNorm2d()
        .relu()
        .dropout(0.2)
        .conv2d(5, 3)
        .batchNorm2d()
        .relu()
        .flatten()
        .dense(10)
        .build(Initializer.he(), seed);
  }

  private static Trainer run(Network network, Optimizer optimizer, KernelSet kernels) {
    return Trainer.of(network)
        .optimizer(optimizer)
        .schedule(Schedule.cosine())
        .l2(1e-3f)
        .epochs(2)
        .batchSize(10)
        .seed(5)
        .kernels(kernels)
        .test(IMAGES.first(8));
  }

  @Test
  void fit_resnet8OnAnyNumberOfThreads_sameBits() {
    Weights one = resnet8(1);
    for (int threads : new int[] {2, 3, 4}) {
      Runs.assertSameBits(threads + " threads", resnet8(threads), one);
    }
    assertThat(one.values("bn1.num_batches_tracked")).containsExactly(6);
    assertThat(one.values("short3-bn.running_var")).doesNotContain(1f);
  }

  private static Weights resnet8(int threads) {
    Network network = Network.of(Zoo.RESNET8.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 7);
    Trainer.of(network)
        .optimizer(Sgd.of(0.05f).momentum(0.9f))
        .epochs(2)
        .batchSize(10)
        .seed(7)
        .threads(threads)
        .fit(IMAGES.first(23));
    return network.weights();
  }

  /** 24 images are 3 steps an epoch, the last one of 4 images. */
  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void resume_fromEveryStep_sameBitsAndHistory(KernelSet kernels) {
    Dataset data = IMAGES.first(24);
    for (Optimizer optimizer :
        List.of(Sgd.of(0.05f).momentum(0.9f), Adam.decoupled(0.005f, 0.1f))) {
      Runs.Log log = new Runs.Log();
      Network whole = small(3);
      History history = run(whole, optimizer, kernels).threads(2).listener(log).fit(data);
      for (Checkpoint checkpoint : log.checkpoints) {
        Network resumed = small(99);
        History continued =
            run(resumed, optimizer, kernels).threads(3).resume(checkpoint).fit(data);
        String what = optimizer.name() + " resumed at " + checkpoint.position();
        Runs.assertSameBits(what, resumed.weights(), whole.weights());
        assertThat(Runs.timeless(continued.epochs()))
            .as(what)
            .isEqualTo(Runs.timeless(history.epochs()));
      }
    }
  }

  @Test
  void checkpoint_buffers_areWeightsWithoutSlots() {
    Runs.Log log = new Runs.Log();
    run(small(3), Adam.of(0.01f), KernelSet.fastest()).listener(log).fit(IMAGES.first(24));
    Checkpoint last = log.checkpoints.getLast();
    assertThat(last.weights().names())
        .contains("bn1.running_mean", "bn1.running_var", "bn1.num_batches_tracked");
    assertThat(last.slots())
        .containsKeys("bn1.weight/mean", "bn1.bias/square")
        .doesNotContainKeys("bn1.running_mean/mean", "bn1.num_batches_tracked/square");
    assertThat(last.weights().values("bn2.num_batches_tracked")).containsExactly(6);
  }

  /** Neither gradient nor decay: the batch's moments alone move the statistics, once a step. */
  @Test
  void fit_oneStep_movesTheStatisticsByTheBatchAlone() {
    Network network =
        Network.input(1, 28, 28).batchNorm2d().flatten().dense(10).build(Initializer.he(), 1);
    Dataset data = IMAGES.first(12);
    Runs.Log log = new Runs.Log();
    Trainer.of(network)
        .optimizer(Sgd.of(0.1f).weightDecay(0.5f))
        .batchSize(12)
        .epochs(3)
        .listener(log)
        .fit(data);
    double sum = 0;
    double squares = 0;
    float[] pixels = new float[784];
    for (int i = 0; i < 12; i++) {
      data.pixels(i, pixels, 0);
      for (float pixel : pixels) {
        sum += pixel / 255;
        squares += pixel / 255 * pixel / 255;
      }
    }
    double count = 12 * 784;
    double mean = sum / count;
    double variance = (squares - sum * mean) / (count - 1);
    Weights after = network.weights(); // three times the same batch
    assertThat((double) after.values("bn1.running_mean")[0])
        .isCloseTo(mean * (1 - Math.pow(0.9, 3)), within(1e-6));
    assertThat((double) after.values("bn1.running_var")[0])
        .isCloseTo(Math.pow(0.9, 3) + variance * (1 - Math.pow(0.9, 3)), within(1e-6));
    assertThat(after.values("bn1.num_batches_tracked")).containsExactly(3);
    assertThat(after.values("bn1.weight")[0]).as("gamma decays").isLessThan(0.95f);
  }

  @Test
  void fit_evaluationBetweenSteps_leavesTheStatisticsAlone() {
    Network with = small(3);
    Network without = small(3);
    run(with, Sgd.of(0.05f), KernelSet.fastest()).fit(IMAGES.first(24));
    Trainer.of(without)
        .optimizer(Sgd.of(0.05f))
        .schedule(Schedule.cosine())
        .l2(1e-3f)
        .epochs(2)
        .batchSize(10)
        .seed(5)
        .fit(IMAGES.first(24));
    Runs.assertSameBits("with a test set", with.weights(), without.weights());
  }

  /**
   * 120 steps, a ninth of an epoch of MNIST: what training sees, and what running statistics do.
   */
  @Test
  void fit_resnet8OnFewImages_learnsThem() {
    Network network = Network.of(Zoo.RESNET8.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 1);
    History history =
        Trainer.of(network)
            .optimizer(Sgd.of(Zoo.RESNET8.learningRate()).momentum(0.9f))
            .schedule(Schedule.cosine())
            .epochs(10)
            .batchSize(16)
            .test(IMAGES.first(192))
            .fit(IMAGES.first(192));
    EpochReport last = history.epochs().getLast();
    assertThat(last.trainAccuracy()).isGreaterThan(0.9);
    assertThat(last.test().orElseThrow().accuracy()).as("by running statistics").isGreaterThan(0.9);
  }

  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void forward_imageAloneAtInference_sameBitsAsInTheBatch(KernelSet kernels) {
    Graph graph = Zoo.RESNET8.graph(Shape.of(3, 9, 7), 4);
    Network network = Network.of(graph, Initializer.he(), 1);
    PackedWeights weights = PackedWeights.of(graph, network.weights(), kernels);
    int images = 5;
    Tensor x = Tensor.zeros(graph.input(), images);
    for (int i = 0; i < x.elements(); i++) {
      x.array()[i] = (float) Math.sin(i * i);
    }
    try (Workers workers = Workers.of(2)) {
      Workspace workspace = Workspace.of(kernels, workers);
      workspace.beginInference();
      float[] together = Tape.forward(weights, workspace, x).output().toArray();
      for (int n = 0; n < images; n++) {
        workspace.beginInference();
        float[] alone = Tape.forward(weights, workspace, x.slice(n, 1)).output().toArray();
        Bound.assertSameBits(
            kernels + " image " + n, alone, Arrays.copyOfRange(together, n * 4, n * 4 + 4));
      }
    }
  }

  /** The statistics are constants then, so the gradient of an image is its own. */
  @Test
  void backward_atInference_agreesWithDifferences() {
    Graph graph = Network.input(2, 3, 4).batchNorm2d().graph();
    PackedWeights weights =
        PackedWeights.of(graph, Weights.initial(graph, Initializer.he(), 1), KernelSet.VECTOR);
    weights.entries().forEach(entry -> Arrays.fill(entry.stored(), 4));
    Tensor x = Tensor.zeros(graph.input(), 2);
    Tensor dy = Tensor.zeros(graph.input(), 2);
    for (int i = 0; i < x.elements(); i++) {
      x.array()[i] = i;
      dy.array()[i] = i % 5;
    }
    try (Workers workers = Workers.of(1)) {
      Workspace workspace = Workspace.of(KernelSet.VECTOR, workers);
      workspace.beginInference();
      Tape tape = Tape.forward(weights, workspace, x, true);
      tape.backward(dy);
      double s = 1 / Math.sqrt(4 + 1e-5);
      double[] sums = new double[2];
      double[] products = new double[2];
      for (int i = 0; i < x.elements(); i++) {
        assertThat((double) Bound.memory(tape.gradient(Graph.INPUT))[i])
            .isCloseTo(4 * s * (i % 5), within(1e-5));
        sums[i % 2] += i % 5;
        products[i % 2] += i % 5 * (i - 4) * s;
      }
      for (int c = 0; c < 2; c++) {
        assertThat((double) workspace.node("bn1").gradient("bias")[c]).isEqualTo(sums[c]);
        assertThat((double) workspace.node("bn1").gradient("weight")[c])
            .isCloseTo(products[c], within(1e-4));
      }
    }
  }

  @Test
  void fit_lastBatchOfOneImageOnOnePixel_isRefused() {
    Network network =
        Network.input(1, 28, 28)
            .maxPool2d(28)
            .conv2d(2, 1)
            .batchNorm2d()
            .flatten()
            .dense(10)
            .build(Initializer.he(), 1);
    assertThatThrownBy(() -> Trainer.of(network).batchSize(4).threads(1).fit(IMAGES.first(9)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "bn1: batch_norm2d training expects at least 2 values a channel (images * height * width), got 1 (1x2x1x1);");
    Trainer.of(network).batchSize(4).threads(1).fit(IMAGES.first(10));
  }

  @Test
  void forward_training_changesNoWeights() {
    Network network = small(1);
    Graph graph = network.graph();
    PackedWeights weights = PackedWeights.of(graph, network.weights(), KernelSet.VECTOR);
    try (Workers workers = Workers.of(1)) {
      Workspace workspace = Workspace.of(KernelSet.VECTOR, workers);
      workspace.beginTraining(RandomKey.of(1));
      Tape.forward(weights, workspace, Tensor.zeros(graph.input(), 2));
      Runs.assertSameBits("after forward", weights.snapshot(), network.weights());
    }
  }
}

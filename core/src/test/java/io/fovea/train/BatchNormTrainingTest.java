package io.fovea.train;

import static io.fovea.network.ConvOption.noBias;
import static io.fovea.network.ConvOption.padding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Dataset;
import io.fovea.golden.MnistSlice;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.optim.Adam;
import io.fovea.optim.Optimizer;
import io.fovea.optim.Schedule;
import io.fovea.optim.Sgd;
import io.fovea.tensor.Shape;
import org.junit.jupiter.api.Test;

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
}

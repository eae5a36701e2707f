package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.FewImages;
import io.fovea.dataset.Targets;
import io.fovea.golden.MnistSlice;
import io.fovea.kernel.KernelSet;
import io.fovea.loss.Focal;
import io.fovea.loss.Loss;
import io.fovea.loss.MeanSquaredError;
import io.fovea.loss.SigmoidCrossEntropy;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.optim.Adam;
import io.fovea.optim.Sgd;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Settings out of range, data that does not fit, resumes of another run, and divergence. */
class TrainerErrorsTest {
  private static final Dataset IMAGES = new MnistSlice().first(70);

  private static Trainer trainer() {
    return Trainer.of(Runs.smallNetwork(1)).threads(1);
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void settings_outOfRange_areRefused() {
    assertRefused(() -> trainer().l2(-1), "train: l2 must be a number from 0 up, got -1.0");
    assertRefused(() -> trainer().l2(Float.NaN), "train: l2 must be a number from 0 up, got NaN");
    assertRefused(() -> trainer().epochs(0), "train: epochs must be at least 1, got 0");
    assertRefused(() -> trainer().batchSize(-3), "train: batch size must be at least 1, got -3");
    assertRefused(() -> trainer().threads(0), "train: threads must be at least 1, got 0");
    assertRefused(
        () -> trainer().threads(5000).fit(IMAGES),
        "workers: threads must be from 1 to 1024, got 5000");
  }

  @Test
  void imagesOfSeveralLabels_withALossOfOne_areRefused() {
    Dataset several = IMAGES.withLabels(Collections.nCopies(70, List.of(1, 2)));
    assertRefused(
        () -> trainer().fit(several),
        "train: mnist slice has images of several labels, which need a decision for each class, got"
            + " the loss softmax cross-entropy; set loss(new SigmoidCrossEntropy())");
    assertRefused(
        () -> trainer().loss(new MeanSquaredError()).fit(several),
        "train: mnist slice has images of several labels, which need a decision for each class, got"
            + " the loss mean squared error; set loss(new SigmoidCrossEntropy())");
  }

  /**
   * As by the end of a service: the run stops as by Training.stop, and its files can be written.
   */
  @Test
  void fit_interrupted_stopsAfterTheUpdateAndStaysInterrupted() {
    List<Long> kept = new ArrayList<>();
    Listener listener =
        new Listener() {
          @Override
          public void onStep(Training training, StepReport report) {
            if (report.step() == 3) {
              Thread.currentThread().interrupt();
            }
          }

          @Override
          public void onEnd(Training training) {
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            kept.add(training.checkpoint().position().step());
          }
        };
    History history = trainer().batchSize(10).epochs(2).listener(listener).fit(IMAGES);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(history.stopped()).isTrue();
    assertThat(history.steps()).isEqualTo(3);
    assertThat(kept).containsExactly(3L);
  }

  @Test
  void fit_dataThatDoesNotFit_isRefused() {
    assertRefused(
        () -> trainer().fit(IMAGES.first(0)), "mnist slice: has no images; give at least one");
    Dataset wide = new FewImages("wide", Shape.of(1, 28, 30), 10, new int[1], new float[840]);
    String size =
        "wide: images are 1x28x30, the network expects 1x28x28; resize them or build the network for that size";
    assertRefused(() -> trainer().fit(wide), size);
    assertRefused(() -> trainer().validation(wide).fit(IMAGES), size);
    assertRefused(() -> trainer().test(wide).fit(IMAGES), size);
    Dataset three = new FewImages("three", Shape.of(1, 28, 28), 3, new int[1], new float[784]);
    assertRefused(
        () -> trainer().fit(three),
        "three: has 3 classes, the network has outputs of 10; its last layer needs one output a class");
  }

  @Test
  void fit_networkEndingInMaps_isRefused() {
    Network maps = Network.input(1, 28, 28).conv2d(10, 28).build(Initializer.he(), 1);
    assertRefused(
        () -> Trainer.of(maps).fit(IMAGES),
        "mnist slice: has 10 classes, the network has outputs of 10x1x1; its last layer needs one output a class");
  }

  @Test
  void fit_networkOfChannelsLast_errorNamesTheOrder() {
    Network swapped = Network.input(28, 28, 1).flatten().dense(10).build(Initializer.he(), 1);
    assertRefused(
        () -> Trainer.of(swapped).fit(IMAGES),
        "mnist slice: images are 1x28x28, the network expects 28x28x1; shapes are channels, height, width: build it by Network.input(1, 28, 28)");
  }

  private static Network endingInSoftmax() {
    return Network.input(1, 28, 28).flatten().dense(10).softmax().build(Initializer.he(), 1);
  }

  @Test
  void fit_softmaxUnderALossOfLogits_isRefused() {
    String rest =
        " expects logits, of which it computes probabilities itself, but the network ends in the softmax layer softmax1; leave that layer out, a Classifier gives probabilities anyway";
    assertRefused(
        () -> Trainer.of(endingInSoftmax()).fit(IMAGES), "train: softmax cross-entropy" + rest);
    assertRefused(
        () -> Trainer.of(endingInSoftmax()).loss(new SigmoidCrossEntropy()),
        "train: sigmoid cross-entropy" + rest);
    assertRefused(
        () -> Trainer.of(endingInSoftmax()).loss(Focal.of(2)), "train: focal, gamma 2.0" + rest);
    Network flattened =
        Network.input(1, 28, 28).conv2d(10, 28).softmax().flatten().build(Initializer.he(), 1);
    assertRefused(() -> Trainer.of(flattened).fit(IMAGES), "train: softmax cross-entropy" + rest);
  }

  @Test
  void fit_softmaxUnderSquaredError_isTrained() {
    History history =
        Trainer.of(endingInSoftmax()).loss(new MeanSquaredError()).threads(1).fit(IMAGES);
    assertThat(history.epochs()).hasSize(1);
  }

  private static Checkpoint checkpoint() {
    Runs.Log log = new Runs.Log();
    trainer().seed(5).listener(log).fit(IMAGES);
    return log.checkpoints.get(1);
  }

  private static String mismatch(String what, String then, String now) {
    return "resume: the checkpoint was written with %s %s, this run has %s; resume with the same, or start a new run"
        .formatted(what, then, now);
  }

  @Test
  void resume_ofAnotherRun_isRefused() {
    Checkpoint checkpoint = checkpoint();
    assertRefused(
        () -> trainer().seed(6).resume(checkpoint).fit(IMAGES), mismatch("seed", "5", "6"));
    assertRefused(
        () -> trainer().seed(5).optimizer(Adam.of(0.1f)).resume(checkpoint).fit(IMAGES),
        mismatch("optimizer", "sgd", "adam"));
    String kernels =
        KernelSet.fastest().name().toLowerCase(Locale.ROOT) + " " + KernelSet.fastest().lanes();
    assertRefused(
        () -> trainer().seed(5).kernels(KernelSet.REFERENCE).resume(checkpoint).fit(IMAGES),
        mismatch("kernels", kernels, "reference 1"));
    assertThatThrownBy(() -> trainer().seed(5).resume(checkpoint).fit(IMAGES.first(69)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "resume: the checkpoint was written with training data 70 images of 1x28x28, crc32c [0-9a-f]{8},"
                + " this run has 69 images of 1x28x28, crc32c [0-9a-f]{8}; resume with the same, or start a new run");
  }

  /** Their weights are packed differently, and their sums rounded differently. */
  @Test
  void resume_withOrWithoutWinograd_isRefusedByTheOther() {
    String vector = "vector " + KernelSet.VECTOR.lanes();
    String direct = "vector-direct " + KernelSet.VECTOR_DIRECT.lanes();
    Runs.Log log = new Runs.Log();
    trainer().seed(5).kernels(KernelSet.VECTOR_DIRECT).listener(log).fit(IMAGES);
    Checkpoint checkpoint = log.checkpoints.get(1);
    assertThat(checkpoint.kernels()).isEqualTo(direct);
    assertRefused(
        () -> trainer().seed(5).kernels(KernelSet.VECTOR).resume(checkpoint).fit(IMAGES),
        mismatch("kernels", direct, vector));
    assertRefused(
        () -> trainer().seed(5).kernels(KernelSet.VECTOR_DIRECT).resume(checkpoint()).fit(IMAGES),
        mismatch("kernels", vector, direct));
  }

  @Test
  void resume_withOrWithoutRatesOfParameters_isRefusedByTheOther() {
    Runs.Log log = new Runs.Log();
    trainer().seed(5).rate("*", 0.5).listener(log).fit(IMAGES);
    Checkpoint checkpoint = log.checkpoints.get(1);
    assertRefused(
        () -> trainer().seed(5).resume(checkpoint).fit(IMAGES),
        mismatch("rates of parameters", "* x 0.5", "none"));
    assertRefused(
        () -> trainer().seed(5).rate("*", 0.5).resume(checkpoint()).fit(IMAGES),
        mismatch("rates of parameters", "none", "* x 0.5"));
  }

  @Test
  void resume_imagesInAnotherOrder_isRefused() {
    Checkpoint checkpoint = checkpoint();
    int[] order = new int[70];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    order[68] = 69;
    order[69] = 68;
    assertThatThrownBy(
            () -> trainer().seed(5).resume(checkpoint).fit(IMAGES.select(order, "turned")))
        .hasMessageStartingWith("resume: the checkpoint was written with training data");
  }

  @Test
  void resume_otherSlots_isRefused() {
    Map<String, float[]> slots = new LinkedHashMap<>(checkpoint().slots());
    slots.remove("conv1.weight/velocity");
    assertRefused(
        () -> trainer().seed(5).resume(Runs.withSlots(checkpoint(), slots)).fit(IMAGES),
        "resume: the checkpoint holds no fitting conv1.weight/velocity (45 values); it was made for another network");
    slots.put("conv1.weight/square", new float[45]);
    assertRefused(
        () -> trainer().seed(5).resume(Runs.withSlots(checkpoint(), slots)).fit(IMAGES),
        "resume: the checkpoint has the optimizer slots [square, velocity], sgd has [velocity]; resume with the optimizer of that run, or start a new run");
    assertRefused(
        () -> trainer().seed(5).resume(Runs.withSlots(checkpoint(), Map.of())).fit(IMAGES),
        "resume: the checkpoint has the optimizer slots [], sgd has [velocity]; resume with the optimizer of that run, or start a new run");
  }

  @Test
  void fit_hugeLearningRate_failsAndKeepsTheLastEpochsWeights() {
    Network network = Runs.smallNetwork(1);
    Trainer first = Trainer.of(network).seed(5).threads(1);
    first.fit(IMAGES);
    Weights before = network.weights();
    List<String> ends = new ArrayList<>();
    Listener listener =
        new Listener() {
          @Override
          public void onEnd(Training training) {
            ends.add("end");
          }
        };
    assertThatThrownBy(
            () ->
                Trainer.of(network)
                    .optimizer(Sgd.of(1e30f))
                    .batchSize(10)
                    .threads(1)
                    .listener(listener)
                    .fit(IMAGES))
        .isInstanceOf(DivergedException.class)
        .hasMessageMatching(
            "train: the loss became (NaN|Infinity) at step 2 \\(epoch 1\\); lower the learning rate, which is 1\\.0E30, or check the data")
        .satisfies(e -> assertThat(((DivergedException) e).step()).isEqualTo(2));
    Runs.assertSameBits("after divergence", network.weights(), before);
    assertThat(ends).as("listeners hear of the end").containsExactly("end");
  }

  /** Cross-entropy that turns into NaN after some steps. */
  private static Loss failing(int steps) {
    AtomicInteger done = new AtomicInteger();
    return new Loss() {
      @Override
      public String name() {
        return "failing";
      }

      @Override
      public double value(Tensor dLogits, Tensor logits, Targets targets) {
        double loss = SoftmaxCrossEntropy.plain().value(dLogits, logits, targets);
        return done.getAndIncrement() < steps ? loss : Double.NaN;
      }
    };
  }

  @Test
  void fit_divergesInTheThirdEpoch_keepsTheSecondEpochsWeights() {
    Network network = Runs.smallNetwork(1);
    Runs.Log log = new Runs.Log();
    assertThatThrownBy(
            () ->
                Trainer.of(network)
                    .loss(failing(5))
                    .batchSize(35)
                    .epochs(4)
                    .threads(1)
                    .listener(log)
                    .fit(IMAGES))
        .isInstanceOf(DivergedException.class)
        .hasMessage(
            "train: the loss became NaN at step 6 (epoch 3); lower the learning rate, which is 0.01, or check the data");
    assertThat(log.calls).endsWith("step 4", "epoch 2", "step 5", "end");
    Checkpoint epoch2 = log.checkpoints.get(log.checkpoints.size() - 2);
    assertThat(epoch2.position().step()).isEqualTo(4);
    Runs.assertSameBits("after divergence", network.weights(), epoch2.weights());
    Weights step5 = log.checkpoints.getLast().weights();
    assertThat(Runs.differ(network.weights(), step5)).isTrue();
  }

  /** No step follows whose loss would tell. */
  @Test
  void fit_divergesInTheLastUpdate_keepsWhatWasBefore() {
    Network network = Runs.smallNetwork(1);
    Weights before = network.weights();
    assertThatThrownBy(
            () ->
                Trainer.of(network)
                    .optimizer(Sgd.of(1e30f))
                    .batchSize(70)
                    .epochs(1)
                    .threads(1)
                    .fit(IMAGES))
        .isInstanceOf(DivergedException.class)
        .hasMessageMatching(
            "train: .+ became (NaN|-?Infinity) after step 1 \\(epoch 1\\); lower the learning rate, which is 1\\.0E30, or check the data");
    Runs.assertSameBits("after divergence", network.weights(), before);
  }

  @Test
  void fit_validationImagesOfNaN_isRefused() {
    float[] pixels = new float[784];
    Arrays.fill(pixels, Float.NaN);
    Dataset broken = new FewImages("broken", Shape.of(1, 28, 28), 10, new int[1], pixels);
    assertThatThrownBy(() -> trainer().validation(broken).keepBest(true).epochs(3).fit(IMAGES))
        .isInstanceOf(DivergedException.class)
        .hasMessage(
            "train: the validation loss became NaN after step 2 (epoch 1); lower the learning rate, which is 0.01, or check the data");
  }

  /** A listener that fails at the end, and says so. */
  private static Listener failing(String name, List<String> heard) {
    return new Listener() {
      @Override
      public void onStep(Training training, StepReport step) {
        throw new IllegalStateException(name + " step");
      }

      @Override
      public void onEnd(Training training) {
        heard.add(name);
        throw new IllegalStateException(name + " end");
      }
    };
  }

  @Test
  void listeners_thatThrow_allHearOfTheEndAndNoExceptionIsLost() {
    List<String> heard = new ArrayList<>();
    Trainer trainer =
        trainer().listener(failing("first", heard)).listener(failing("second", heard));
    assertThatThrownBy(() -> trainer.fit(IMAGES))
        .hasMessage("first step")
        .satisfies(
            failure -> {
              assertThat(failure.getSuppressed()).singleElement().isNotNull();
              assertThat(failure.getSuppressed()[0]).hasMessage("first end");
              assertThat(failure.getSuppressed()[0].getSuppressed()[0]).hasMessage("second end");
            });
    assertThat(heard).containsExactly("first", "second");
  }
}

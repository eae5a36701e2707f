package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.FewImages;
import io.fovea.golden.MnistSlice;
import io.fovea.loss.Loss;
import io.fovea.loss.MeanSquaredError;
import io.fovea.loss.SigmoidCrossEntropy;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.optim.Sgd;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Settings out of range, data that does not fit, resumes of another run, and divergence. */
class TrainerErrorsTest {
  private static final Dataset IMAGES = new MnistSlice().first(70);

  private static Trainer trainer() {
    return Trainer.of(Runs.smallNetwork(1)).threads(1);
  }

  private static Arguments row(String message, ThrowingCallable call) {
    return Arguments.of(message, call);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"settings", "images", "networks"})
  void call_wrong_isRefused(String message, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  static Stream<Arguments> settings() {
    String names =
        "[conv1.weight, conv1.bias, dense1.weight, dense1.bias, dense2.weight, dense2.bias]";
    return Stream.of(
        row("train: l2 must be a number from 0 up, got -1.0", () -> trainer().l2(-1)),
        row(
            "train: l2: the pattern \"pool*\" matches no weight; the summary of the network lists its layers",
            () -> trainer().l2(0.1f, "pool*")),
        row("train: l2 must be a number from 0 up, got NaN", () -> trainer().l2(Float.NaN)),
        row("train: epochs must be at least 1, got 0", () -> trainer().epochs(0)),
        row("train: batch size must be at least 1, got -3", () -> trainer().batchSize(-3)),
        row("train: threads must be at least 1, got 0", () -> trainer().threads(0)),
        row(
            "workers: threads must be from 1 to 1024, got 5000",
            () -> trainer().threads(5000).fit(IMAGES)),
        row(
            "train: the average's decay must be from 0 to below 1, got 1.0",
            () -> trainer().average(1)),
        row("train: accumulated batches must be at least 1, got 0", () -> trainer().accumulate(0)),
        row(
            "train: early stopping's epochs must be 0 or more, got -1",
            () -> trainer().earlyStop(-1)),
        row(
            "train: early stopping and the best weights need images to judge by; give validation images",
            () -> trainer().earlyStop(1).fit(IMAGES)),
        row(
            "train: freeze: the pattern \"conv9.*\" matches no weight; there are " + names,
            () -> trainer().freeze("conv9.*").fit(IMAGES)),
        row(
            "train: freeze: [*] leaves nothing to train; freeze less",
            () -> trainer().freeze("*").fit(IMAGES)),
        row(
            "train: rate: the pattern \"head*\" matches no weight; the summary of the network lists its layers",
            () -> trainer().rate("head*", 0.1)),
        row(
            "train: rate: expects a multiple above 0 for \"conv*\", got 0.0; to leave weights as they are, freeze them",
            () -> trainer().rate("conv*", 0)));
  }

  static Stream<Arguments> images() {
    Dataset several = IMAGES.withLabels(Collections.nCopies(70, List.of(1, 2)));
    String labels =
        "train: mnist slice has images of several labels, which need a decision for each class, got"
            + " the loss %s; set loss(new SigmoidCrossEntropy())";
    Dataset wide = new FewImages("wide", Shape.of(1, 28, 30), 10, new int[1], new float[840]);
    String size =
        "wide: images are 1x28x30, the network expects 1x28x28; resize them or build the network for that size";
    Dataset three = new FewImages("three", Shape.of(1, 28, 28), 3, new int[1], new float[784]);
    Dataset wrong = new FewImages("few", Shape.of(1, 28, 28), 10, new int[] {10}, new float[784]);
    Dataset reversed =
        new FewImages("reversed", Shape.of(1, 28, 28), 10, new int[1], new float[784]) {
          @Override
          public List<String> classes() {
            return IMAGES.classes().reversed();
          }
        };
    String order =
        "reversed: has the classes %s, expects the order of %s; give data with these classes"
            .formatted(reversed.classes(), IMAGES.classes());
    return Stream.of(
        row(order, () -> trainer().validation(reversed).fit(IMAGES)),
        row(order, () -> trainer().test(reversed).fit(IMAGES)),
        row(labels.formatted("softmax cross-entropy"), () -> trainer().fit(several)),
        row(
            labels.formatted("mean squared error"),
            () -> trainer().loss(new MeanSquaredError()).fit(several)),
        row("mnist slice: has no images; give at least one", () -> trainer().fit(IMAGES.first(0))),
        row(size, () -> trainer().fit(wide)),
        row(size, () -> trainer().validation(wide).fit(IMAGES)),
        row(size, () -> trainer().test(wide).fit(IMAGES)),
        row(
            "few #0: label 10 is not from 0 to 9; correct the label, or name all classes",
            () -> trainer().fit(wrong)),
        row(
            "three: has 3 classes, the network has outputs of 10; its last layer needs one output a class",
            () -> trainer().fit(three)));
  }

  private static Network endingInSoftmax() {
    return Network.input(1, 28, 28).flatten().dense(10).softmax().build(Initializer.he(), 1);
  }

  static Stream<Arguments> networks() {
    Network maps = Network.input(1, 28, 28).conv2d(10, 28).build(Initializer.he(), 1);
    Network swapped = Network.input(28, 28, 1).flatten().dense(10).build(Initializer.he(), 1);
    Network flattened =
        Network.input(1, 28, 28).conv2d(10, 28).softmax().flatten().build(Initializer.he(), 1);
    String rest =
        " expects logits, of which it computes probabilities itself, but the network ends in the softmax layer softmax1; leave that layer out, a Classifier gives probabilities anyway";
    return Stream.of(
        row(
            "mnist slice: has 10 classes, the network has outputs of 10x1x1; its last layer needs one output a class",
            () -> Trainer.of(maps).fit(IMAGES)),
        row(
            "mnist slice: images are 1x28x28, the network expects 28x28x1; shapes are channels, height, width: build it by Network.input(1, 28, 28)",
            () -> Trainer.of(swapped).fit(IMAGES)),
        row("train: softmax cross-entropy" + rest, () -> Trainer.of(endingInSoftmax()).fit(IMAGES)),
        row("train: softmax cross-entropy" + rest, () -> Trainer.of(flattened).fit(IMAGES)),
        row(
            "train: sigmoid cross-entropy" + rest,
            () -> Trainer.of(endingInSoftmax()).loss(new SigmoidCrossEntropy())));
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
    String has = "resume: the checkpoint has the optimizer slots ";
    String resume =
        ", sgd has [velocity]; resume with the optimizer of that run, or start a new run";
    assertSlots(
        slots,
        "resume: the checkpoint holds no fitting conv1.weight/velocity (45 values); it was made for another network");
    slots.put("conv1.weight/square", new float[45]);
    assertSlots(slots, has + "[square, velocity]" + resume);
    assertSlots(Map.of(), has + "[]" + resume);
  }

  private static void assertSlots(Map<String, float[]> slots, String message) {
    Trainer trainer = trainer().seed(5).resume(Runs.withSlots(checkpoint(), slots));
    assertThatThrownBy(() -> trainer.fit(IMAGES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void resume_withAnotherBatchSizeOrNetwork_isRefused() {
    Runs.Log log = new Runs.Log();
    trainer().batchSize(20).epochs(2).listener(log).fit(IMAGES);
    for (Checkpoint checkpoint : log.checkpoints.subList(1, log.checkpoints.size())) {
      assertThatThrownBy(() -> trainer().batchSize(35).epochs(2).resume(checkpoint).fit(IMAGES))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("resume: the checkpoint (step ")
          .hasMessageContaining("was written with another batch size than 35");
    }
    Network other = Network.input(1, 28, 28).flatten().dense(10).build(Initializer.he(), 1);
    assertThatThrownBy(() -> Trainer.of(other).resume(log.checkpoints.getFirst()).fit(IMAGES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("made for another network");
  }

  @Test
  void fit_hugeLearningRate_failsAndKeepsTheLastEpochsWeights() {
    Network network = Runs.smallNetwork(1);
    Trainer first = Trainer.of(network).seed(5).threads(1);
    first.fit(IMAGES);
    Weights before = network.weights();
    Runs.Log log = new Runs.Log();
    assertThatThrownBy(
            () ->
                Trainer.of(network)
                    .optimizer(Sgd.of(1e30f))
                    .batchSize(10)
                    .threads(1)
                    .listener(log)
                    .fit(IMAGES))
        .isInstanceOf(DivergedException.class)
        .hasMessageMatching(
            "train: the loss became (NaN|Infinity) at step 2 \\(epoch 1\\); lower the learning rate, which is 1\\.0E30, or check the data")
        .satisfies(e -> assertThat(((DivergedException) e).step()).isEqualTo(2));
    Runs.assertSameBits("after divergence", network.weights(), before);
    assertThat(log.calls).as("listeners hear of the end").endsWith("end");
  }

  /** Cross-entropy that turns into NaN after some steps. */
  private static Loss failing(int steps) {
    AtomicInteger done = new AtomicInteger();
    return Runs.loss(
        "failing",
        (dLogits, logits, targets) -> {
          double loss = SoftmaxCrossEntropy.plain().value(dLogits, logits, targets);
          return done.getAndIncrement() < steps ? loss : Double.NaN;
        });
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
            "train: the loss became NaN at step 6 (epoch 3); lower the learning rate, which is 0.01, or check the data")
        .satisfies(e -> assertThat(((DivergedException) e).step()).isEqualTo(6));
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

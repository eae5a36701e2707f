package io.fovea.inference;

import static io.fovea.network.ConvOption.padding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.Image;
import io.fovea.golden.MnistSlice;
import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Perturbed;
import io.fovea.network.execution.Tape;
import io.fovea.network.execution.Workspace;
import io.fovea.parallel.Workers;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassifierTest {
  private static final Dataset DIGITS = new MnistSlice();
  private static final Shape SHAPE = DIGITS.shape();

  /** Every kind of layer whose kernel works on several images at once; dropout must do nothing. */
  private static final Network NETWORK =
      Network.input(1, 28, 28)
          .conv2d(5, 5, padding(2))
          .relu()
          .maxPool2d(2)
          .conv2d(19, 3)
          .relu()
          .as("r")
          .avgPool2d(3)
          .flatten()
          .as("flat")
          .from("r")
          .globalAvgPool2d()
          .concat("flat")
          .dropout(0.5)
          .dense(10)
          .build(Initializer.he(), 11);

  private static Tensor inputs(int from, int count) {
    Tensor x = Tensor.zeros(SHAPE, count);
    for (int n = 0; n < count; n++) {
      DIGITS.pixels(from + n, x.array(), n * SHAPE.elements());
    }
    NETWORK.preprocessing().apply(x.array(), 0, x.elements());
    return x;
  }

  private static Image image(int index) {
    return DIGITS.image(index);
  }

  private static float[] logits(KernelSet kernels, int threads, int from, int count) {
    try (Workers workers = Workers.of(threads)) {
      Workspace workspace = Workspace.of(kernels, workers);
      workspace.beginInference();
      PackedWeights weights = PackedWeights.of(NETWORK.graph(), NETWORK.weights(), kernels);
      return Tape.forward(weights, workspace, inputs(from, count)).output().toArray();
    }
  }

  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void logits_anyBatch_sameBits(KernelSet kernels) {
    int images = kernels == KernelSet.VECTOR ? 64 : 9;
    float[] all = logits(kernels, 2, 0, images);
    for (int n = 0; n < images; n++) {
      Bound.assertSameBits(
          kernels + " image " + n + " alone",
          logits(kernels, 1 + n % 3, n, 1),
          Arrays.copyOfRange(all, n * 10, n * 10 + 10));
    }
    for (int n = 0; n + 3 <= images; n += 3) {
      Bound.assertSameBits(
          kernels + " images from " + n,
          logits(kernels, 2, n, 3),
          Arrays.copyOfRange(all, n * 10, n * 10 + 30));
    }
  }

  @Test
  void classify_manyImages_cutsThemIntoBatchesInOrder() {
    try (Classifier classifier = Classifier.of(NETWORK, 2, KernelSet.VECTOR)) {
      List<Image> images = new ArrayList<>();
      for (int n = 0; n < 600; n++) {
        images.add(image(n));
      }
      List<Prediction> answers = classifier.classify(images);
      assertThat(answers).hasSize(600);
      for (int n : new int[] {0, 255, 256, 511, 512, 599}) {
        assertThat(answers.get(n)).as("image %d", n).isEqualTo(classifier.classify(image(n)));
      }
      assertThat(classifier.classify(List.of())).isEmpty();
    }
  }

  /** Logits are the first and the last input; labels, scale and polarity come with the model. */
  @Test
  void classify_picturesOfOtherKinds_areFittedAndScaled() {
    Graph graph = Network.input(1, 2, 2).flatten().dense(2).graph();
    Weights weights =
        Weights.of(
            graph,
            Map.of(
                "dense1.weight",
                new float[] {1, 0, 0, 0, 0, 0, 0, 1},
                "dense1.bias",
                new float[2]));
    Preprocessing standard =
        new Preprocessing(List.of(0.5), List.of(0.25), Preprocessing.Background.DARK);
    Network network = Network.of(graph, weights, standard, List.of("first", "last"));
    try (Classifier classifier = Classifier.of(network, 1, KernelSet.VECTOR)) {
      // Dark on light: inverted to 255, 0, 0, 0; logits (1 - 0.5)/0.25 = 2 and -2.
      byte[] light = {0, -1, -1, -1};
      Prediction inverted = classifier.classify(Image.of(1, 2, 2, light));
      assertThat(inverted.label()).isEqualTo("first");
      assertThat(inverted.probability()).isCloseTo(1 / (1 + Math.exp(-4)), within(1e-7));
      // Red is grey 76; logits (76/255 - 0.5)/0.25 and -2.
      byte[] red = {-1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
      double difference = (76 / 255.0 - 0.5) / 0.25 + 2;
      assertThat(classifier.classify(Image.of(3, 2, 2, red)).probabilities().getFirst())
          .isCloseTo(1 / (1 + Math.exp(-difference)), within(1e-7));
      // Of another size: resized as Image.resized does.
      byte[] large = new byte[16];
      large[0] = -1;
      large[1] = -1;
      large[4] = -1;
      large[5] = -1;
      Image shrunk = Image.of(1, 4, 4, large).resized(2, 2);
      assertThat(classifier.classify(Image.of(1, 4, 4, large)))
          .isEqualTo(classifier.classify(shrunk));
    }
  }

  @Test
  void classify_networkTrainedOn_keepsItsSnapshot() {
    Network network = NETWORK.copy();
    try (Classifier classifier = Classifier.of(network, 1, KernelSet.VECTOR)) {
      Prediction before = classifier.classify(image(0));
      network.publish(Weights.initial(network.graph(), Initializer.he(), 12));
      assertThat(classifier.classify(image(0))).isEqualTo(before);
      try (Classifier later = Classifier.of(network, 1, KernelSet.VECTOR)) {
        assertThat(later.classify(image(0))).isNotEqualTo(before);
      }
    }
  }

  @Test
  void classify_afterClose_stillAnswers() {
    Classifier classifier = Classifier.of(NETWORK, 2, KernelSet.VECTOR);
    Prediction before = classifier.classify(image(0));
    classifier.close();
    assertThat(classifier.classify(image(0))).isEqualTo(before);
  }

  @Test
  void withThreads_ofAClassifier_sharesItsWeightsAndAnswersAlike() {
    try (Classifier first = Classifier.of(NETWORK, 2, KernelSet.VECTOR);
        Classifier second = first.withThreads(1)) {
      List<Prediction> expected = first.probabilities(inputs(0, 40));
      assertThat(second.probabilities(inputs(0, 40))).isEqualTo(expected);
      assertThat(second.threads()).isEqualTo(1);
      assertThat(second.pool()).isNotSameAs(first.pool());
      assertThat(second.weights()).isSameAs(first.weights());
    }
  }

  /** The executable specification computes what is written. */
  @Test
  void of_referenceKernels_fusesNothing() {
    Network network = Perturbed.network(Zoo.TWO_LAYER_CNN.graph(Shape.of(1, 12, 12), 3), 9);
    try (Classifier written = Classifier.of(network, 1, KernelSet.REFERENCE);
        Classifier fast = Classifier.of(network, 2, KernelSet.VECTOR)) {
      assertThat(written.weights().entries())
          .extracting(PackedWeights.Entry::name)
          .contains("conv2.weight");
      assertThat(fast.weights().entries())
          .extracting(PackedWeights.Entry::name)
          .doesNotContain("conv2.weight");
      Tensor x = Tensor.of(Shape.of(1, 12, 12), 5, new Draw(8).reals(5 * 144));
      List<Prediction> expected = written.probabilities(x);
      List<Prediction> got = fast.probabilities(x);
      for (int n = 0; n < 5; n++) {
        for (int k = 0; k < 3; k++) {
          assertThat(got.get(n).probabilities().get(k))
              .isCloseTo(expected.get(n).probabilities().get(k), within(1e-6));
        }
      }
    }
  }

  @Test
  void probabilities_otherShape_isRefused() {
    try (Classifier classifier = Classifier.of(NETWORK, 1, KernelSet.VECTOR)) {
      assertThatThrownBy(() -> classifier.probabilities(Tensor.zeros(Shape.of(3, 28, 28), 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("network: expects inputs of 1x28x28, got 3x28x28");
    }
  }

  /** Many weights for few maps: more images, for each time the weights are read. */
  @Test
  void imagesAtOnce_dependsOnWeightsAndMaps() {
    assertThat(imagesAtOnce("pooled")).isEqualTo(7);
    assertThat(imagesAtOnce("two-layer-cnn")).isBetween(32, 64);
    assertThat(imagesAtOnce("mlp")).isEqualTo(64);
  }

  private static int imagesAtOnce(String name) {
    Network network = Network.of(Zoo.named(name).graph(SHAPE, 10), Initializer.he(), 1L);
    try (Classifier classifier = Classifier.of(network, 1, KernelSet.fastest())) {
      return classifier.imagesAtOnce();
    }
  }

  @Test
  void outputs_networkCutAtEachNode_areThatNodesValues() {
    Network resnet = Perturbed.network(Zoo.named("resnet8").graph(SHAPE, 10), 5);
    for (Network network : List.of(NETWORK, resnet)) {
      Tensor x = inputs(0, 3);
      Workspace workspace = Workspace.of(KernelSet.REFERENCE, Workers.of(2));
      workspace.beginInference();
      Tape tape =
          Tape.forward(
              PackedWeights.of(network.graph(), network.weights(), KernelSet.REFERENCE),
              workspace,
              x);
      for (Graph.Node node : network.graph().nodes()) {
        double[] expected = Bound.widen(tape.value(node.name()).toArray());
        try (Classifier cut = Classifier.of(network.features(node.name()), 2, KernelSet.VECTOR)) {
          assertThat(Bound.relativeL2(cut.outputs(x).toArray(), expected))
              .as(node.name())
              .isLessThan(1e-5);
        }
      }
    }
  }

  @Test
  void outputs_manyPictures_equalSingleOnes() {
    List<Image> images = new ArrayList<>();
    for (int n = 0; n < 300; n++) {
      images.add(image(n % 64));
    }
    try (Classifier cut = Classifier.of(NETWORK.pooledFeatures("r"), 2, KernelSet.VECTOR)) {
      Tensor all = cut.outputs(images);
      assertThat(all.shape()).isEqualTo(Shape.of(19));
      assertThat(all.count()).isEqualTo(300);
      for (int n = 0; n < 300; n += 37) {
        float[] own = cut.outputs(List.of(images.get(n))).toArray();
        Bound.assertSameBits("image " + n, Bound.memory(all.slice(n, 1)), own);
      }
      assertThat(cut.outputs(List.of()).count()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void inputs_thatAreNotFinite_areRefused(float value) {
    Tensor all = Tensor.zeros(Shape.of(1, 28, 28), 4);
    all.array()[3 * 784 + 17] = value;
    Tensor x = all.slice(1, 3);
    String message =
        "network: expects finite inputs, got %s in image 2; replace it, or leave the image out"
            .formatted(value);
    try (Classifier classifier = Classifier.of(NETWORK, 1, KernelSet.VECTOR);
        BatchingClassifier batching = classifier.batching(8, Duration.ZERO)) {
      assertThatThrownBy(() -> classifier.outputs(x)).hasMessage(message);
      assertThatThrownBy(() -> classifier.probabilities(x)).hasMessage(message);
      assertThatThrownBy(() -> batching.outputs(x)).hasMessage(message);
      all.array()[3 * 784 + 17] = -Float.MAX_VALUE;
      assertThat(classifier.outputs(all.slice(0, 3)).count()).as("beside it").isEqualTo(3);
    }
  }

  @Test
  void withListener_calls_areReportedWithTheirImages() {
    List<Integer> heard = new ArrayList<>();
    try (Classifier plain = Classifier.of(NETWORK, 2, KernelSet.VECTOR)) {
      Classifier classifier =
          plain.withListener(
              (images, nanoseconds) -> {
                assertThat(nanoseconds).isPositive();
                heard.add(images);
              });
      List<Prediction> answers = classifier.classify(List.of(image(0), image(1), image(2)));
      classifier.outputs(List.of(image(3)));
      plain.classify(image(4));
      assertThat(heard).containsExactly(3, 1);
      assertThat(answers.get(1)).isEqualTo(plain.classify(image(1)));
      assertThat(classifier.weights()).isSameAs(plain.weights());
      assertThat(classifier.pool()).isSameAs(plain.pool());
    }
  }

  @Test
  void waiting_callsWithoutATurn_areCounted() throws Exception {
    try (Classifier classifier = Classifier.of(NETWORK, 1, KernelSet.VECTOR)) {
      assertThat(classifier.waiting()).isZero();
      int turns = classifier.pool().take();
      Thread second = Thread.ofPlatform().start(() -> classifier.classify(image(0)));
      while (classifier.waiting() == 0) {
        Thread.onSpinWait();
      }
      assertThat(classifier.waiting()).isOne();
      classifier.pool().giveBack(turns);
      second.join();
      assertThat(classifier.waiting()).isZero();
    }
  }
}

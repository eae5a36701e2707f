package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Dataset;
import io.fovea.golden.Golden;
import io.fovea.golden.MnistSlice;
import io.fovea.kernel.KernelSet;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.network.execution.Workspace;
import io.fovea.optim.Sgd;
import io.fovea.parallel.Workers;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * The two-layer CNN on the first 384 images of MNIST, weights from a formula, against PyTorch's
 * float64: losses, logits, gradients, and the weights after twelve steps.
 */
class TwoLayerCnnTest {
  private static final JsonNode FILE = Golden.json("two-layer-cnn.json");
  private static final Shape INPUT = Shape.of(1, 28, 28);
  private static final Graph GRAPH = Zoo.TWO_LAYER_CNN.graph(INPUT, 10);
  private static final Dataset IMAGES = new MnistSlice().first(384);
  private static final int BATCH = 32;
  private static final float L2 = 1e-4f;
  private static final double TOLERANCE = 1e-4;

  /**
   * w[i] = s * (2u - 1), u = ((i * 2654435761 + salt * 40503) mod 2^32) / 2^32, s = sqrt(6/fanIn).
   */
  private static float[] formula(int length, int fanIn, int salt) {
    float[] w = new float[length];
    for (int i = 0; i < length; i++) {
      double u = ((i * 2654435761L + salt * 40503L) & 0xffffffffL) / 0x1p32;
      w[i] = (float) ((2 * u - 1) * Math.sqrt(6.0 / fanIn));
    }
    return w;
  }

  private static Network network() {
    Map<String, float[]> values = new HashMap<>();
    values.put("conv1.weight", formula(16 * 25, 25, 1));
    values.put("conv2.weight", formula(32 * 16 * 25, 400, 2));
    values.put("dense1.weight", formula(100 * 25088, 25088, 3));
    values.put("dense2.weight", formula(10 * 100, 100, 4));
    values.put("conv1.bias", new float[16]);
    values.put("conv2.bias", new float[32]);
    values.put("dense1.bias", new float[100]);
    values.put("dense2.bias", new float[10]);
    return Network.of(
        GRAPH,
        Weights.of(GRAPH, values),
        Preprocessing.unit(1, Preprocessing.Background.DARK),
        IMAGES.classes());
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  private static void assertRelative(String what, double actual, double expected) {
    assertThat(actual).as(what).isCloseTo(expected, within(TOLERANCE * Math.abs(expected)));
  }

  @Test
  void train_twelveSteps_followsPyTorch() {
    Network network = network();
    List<StepReport> steps = new ArrayList<>();
    Trainer.of(network)
        .optimizer(Sgd.of(0.02f).momentum(0.9f))
        .l2(L2)
        .batchSize(BATCH)
        .shuffle(false)
        .threads(2)
        .kernels(KernelSet.VECTOR)
        .listener(Runs.onStep((training, step) -> steps.add(step)))
        .fit(IMAGES);
    List<JsonNode> losses = FILE.get("losses").valueStream().toList();
    assertThat(steps).hasSize(12).hasSameSizeAs(losses);
    for (int k = 0; k < losses.size(); k++) {
      JsonNode expected = losses.get(k);
      StepReport step = steps.get(k);
      assertRelative("loss of step " + (k + 1), step.loss(), expected.get("data").asDouble());
      assertRelative(
          "total loss of step " + (k + 1), step.totalLoss(), expected.get("total").asDouble());
    }
    JsonNode norms = FILE.get("finalWeightNorms");
    assertThat(norms.propertyNames()).hasSize(8);
    for (String name : norms.propertyNames()) {
      assertRelative(
          "final |" + name + "|", norm(network.weights().values(name)), norms.get(name).asDouble());
    }
  }

  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void forward_firstBatch_hasPyTorchsLogitsAndLoss(KernelSet kernels) {
    try (Workers workers = Workers.of(2)) {
      Tape tape = firstBatch(kernels, workers);
      double[] expected = Golden.array(FILE.get("firstTwoLogits")).logical();
      // Winograd's rounding errors are about ten times those of the plain sum: decision 30.
      double tolerance = kernels == KernelSet.VECTOR ? 1e-5 : 1e-6;
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) tape.output().toArray()[i])
            .as("logit %d of image %d", i % 10, i / 10)
            .isCloseTo(expected[i], within(tolerance));
      }
      double loss =
          SoftmaxCrossEntropy.plain()
              .value(Tensor.zeros(Shape.of(10), BATCH), tape.output(), labels());
      assertRelative("loss", loss, FILE.get("losses").get(0).get("data").asDouble());
    }
  }

  @Test
  void backward_firstBatch_hasPyTorchsGradientNorms() {
    try (Workers workers = Workers.of(2)) {
      Workspace workspace = Workspace.of(KernelSet.VECTOR, workers);
      PackedWeights weights = PackedWeights.of(GRAPH, network().weights(), KernelSet.VECTOR);
      workspace.beginTraining(RandomKey.of(0));
      Tape tape = Tape.forward(weights, workspace, inputs());
      Tensor dLogits = Tensor.zeros(Shape.of(10), BATCH);
      SoftmaxCrossEntropy.plain().value(dLogits, tape.output(), labels());
      tape.backward(dLogits);
      JsonNode norms = FILE.get("firstGradientNorms");
      assertThat(weights.entries()).hasSize(norms.propertyNames().size());
      for (PackedWeights.Entry entry : weights.entries()) {
        float[] stored = workspace.node(entry.node()).gradient(entry.parameter().name());
        float[] gradient = entry.logical(stored);
        if (entry.name().endsWith("weight")) { // PyTorch's norms are those of the total loss
          float[] w = entry.logical(entry.stored());
          for (int i = 0; i < gradient.length; i++) {
            gradient[i] += L2 * w[i];
          }
        }
        assertRelative(
            "|d" + entry.name() + "|", norm(gradient), norms.get(entry.name()).asDouble());
      }
    }
  }

  private static Tape firstBatch(KernelSet kernels, Workers workers) {
    Workspace workspace = Workspace.of(kernels, workers);
    workspace.beginInference();
    return Tape.forward(PackedWeights.of(GRAPH, network().weights(), kernels), workspace, inputs());
  }

  private static Tensor inputs() {
    Tensor x = Tensor.zeros(INPUT, BATCH);
    for (int n = 0; n < BATCH; n++) {
      IMAGES.pixels(n, x.array(), n * INPUT.elements());
    }
    Preprocessing.unit(1, Preprocessing.Background.DARK).apply(x.array(), 0, x.elements());
    return x;
  }

  private static int[] labels() {
    return IntStream.range(0, BATCH).map(IMAGES::label).toArray();
  }
}

package io.fovea.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.golden.GoldenArray;
import io.fovea.golden.GoldenCase;
import io.fovea.golden.GoldenLayers;
import io.fovea.gradcheck.ReferenceStep;
import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Bound;
import io.fovea.network.execution.WorkspaceNode;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Layers against PyTorch's float64: {@link ReferenceStep} in double, and the layers in float on
 * every kernel set.
 */
class GoldenLayersTest {
  private static final double TOLERANCE = 1e-12; // of the largest entry
  private static final double FLOATS = 1e-6; // of the whole tensor's length
  @AutoClose private static final Workers WORKERS = Workers.of(2);

  static Stream<GoldenCase> cases() {
    return GoldenLayers.layers().filter(golden -> !golden.op().equals("activation"));
  }

  static Stream<Arguments> casesOnEachSet() {
    return onEachSet(GoldenLayers.layers());
  }

  private static Stream<Arguments> onEachSet(Stream<GoldenCase> cases) {
    return cases.flatMap(
        golden -> Arrays.stream(KernelSet.values()).map(set -> Arguments.of(golden, set)));
  }

  /** The arrays of the inputs: x, x1 ... */
  private static List<GoldenArray> inputs(GoldenCase golden, Layer layer) {
    List<GoldenArray> inputs = new ArrayList<>(List.of(golden.input("x")));
    if (layer instanceof Add || layer instanceof Multiply) {
      inputs.add(golden.input("x1"));
    }
    return inputs;
  }

  private static List<Shape> shapes(GoldenCase golden, List<GoldenArray> inputs) {
    return golden.op().equals("layer_norm")
        ? List.of(GoldenLayers.image(golden))
        : inputs.stream().map(GoldenArray::image).toList();
  }

  private static String gradientName(int k) {
    return k == 0 ? "x" : "x" + k;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void reference_goldenCase_agrees(GoldenCase golden) {
    Layer layer = GoldenLayers.layer(golden);
    List<GoldenArray> inputs = inputs(golden, layer);
    List<Shape> shapes = shapes(golden, inputs);
    Map<String, double[]> weights = new HashMap<>();
    for (Parameter parameter : layer.parameters(shapes)) {
      weights.put(parameter.name(), golden.input(parameter.name()).logical());
    }
    ReferenceStep step =
        new ReferenceStep(
            shapes,
            inputs.stream().map(GoldenArray::memory).toList(),
            weights,
            GoldenLayers.images(golden),
            RandomKey.of(1));
    if (!golden.op().equals("layer_norm")) { // whose other axes count images here
      assertThat(layer.output(shapes)).isEqualTo(golden.output().image());
    }
    double[] y = step.forward(layer).orElseThrow();
    Bound.assertClose(golden + " y", y, golden.output().memory(), TOLERANCE);
    ReferenceStep.Gradients back =
        step.backward(layer, golden.outputGradient().memory()).orElseThrow();
    for (int k = 0; k < inputs.size(); k++) {
      double[] expected = golden.gradient(gradientName(k)).memory();
      Bound.assertClose(golden + " dx" + k, back.inputs().get(k), expected, TOLERANCE);
    }
    for (String name : weights.keySet()) {
      double[] actual = Objects.requireNonNull(back.weights().get(name));
      double[] expected = golden.gradient(name).logical();
      Bound.assertClose(golden + " d" + name, actual, expected, TOLERANCE);
    }
  }

  @ParameterizedTest
  @MethodSource("casesOnEachSet")
  void layer_goldenCase_isNear(GoldenCase golden, KernelSet set) {
    Layer layer = GoldenLayers.layer(golden);
    List<GoldenArray> inputs = inputs(golden, layer);
    List<Shape> shapes = shapes(golden, inputs);
    int count = GoldenLayers.images(golden);
    Map<String, float[]> weights = new HashMap<>();
    for (Parameter parameter : layer.parameters(shapes)) {
      weights.put(parameter.name(), Bound.narrow(golden.input(parameter.name()).logical()));
    }
    Tensor[] x = new Tensor[inputs.size()];
    for (int k = 0; k < x.length; k++) {
      x[k] = Tensor.of(shapes.get(k), count, Bound.narrow(inputs.get(k).logical()));
    }
    LayerPass pass = LayerPass.training(layer, set, WORKERS, weights, x);
    String what = set + " " + golden;
    assertNear(what + " y", pass.y(), golden.output().logical());
    List<Tensor> back = pass.back(Bound.narrow(golden.outputGradient().logical()));
    for (int k = 0; k < inputs.size(); k++) {
      double[] expected = golden.gradient(gradientName(k)).logical();
      assertNear(what + " dx" + k, back.get(k).toArray(), expected);
    }
    for (String name : pass.names()) {
      assertNear(what + " d" + name, pass.gradient(name), golden.gradient(name).logical());
    }
  }

  private static void assertNear(String what, float[] actual, double[] expected) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    assertThat(Bound.relativeL2(actual, expected)).as(what).isLessThan(FLOATS);
  }

  static Stream<Arguments> batchNorms() {
    return onEachSet(GoldenLayers.batchNorms());
  }

  static Stream<Arguments> runningStatistics() {
    return onEachSet(GoldenLayers.runningStatistics());
  }

  private static LayerPass batchNorm(
      GoldenCase golden, KernelSet set, boolean training, Map<String, float[]> statistics) {
    Map<String, float[]> weights = new HashMap<>(statistics);
    for (Parameter parameter : new BatchNorm2d().parameters(List.of(golden.input("x").image()))) {
      float[] initial = new float[parameter.shape().elements()];
      Arrays.fill(initial, parameter.role().initial());
      weights.putIfAbsent(parameter.name(), initial);
    }
    GoldenArray input = golden.input("x");
    Tensor x = Tensor.of(input.image(), input.count(), Bound.narrow(input.logical()));
    return training
        ? LayerPass.training(new BatchNorm2d(), set, WORKERS, weights, x)
        : LayerPass.inference(new BatchNorm2d(), set, WORKERS, weights, x);
  }

  @ParameterizedTest
  @MethodSource("batchNorms")
  void batchNorm_goldenCase_isNear(GoldenCase golden, KernelSet set) {
    boolean training = golden.attributes().get("training").asBoolean();
    Map<String, float[]> weights = new HashMap<>();
    weights.put("weight", Bound.narrow(golden.input("weight").logical()));
    weights.put("bias", Bound.narrow(golden.input("bias").logical()));
    if (!training) {
      weights.put("running_mean", numbers(golden, "runningMean"));
      weights.put("running_var", numbers(golden, "runningVariance"));
    }
    LayerPass pass = batchNorm(golden, set, training, weights);
    String what = set + " " + golden;
    assertNear(what + " y", pass.y(), golden.output().logical());
    List<Tensor> back = pass.back(Bound.narrow(golden.outputGradient().logical()));
    assertNear(what + " dx", back.getFirst().toArray(), golden.gradient("x").logical());
    for (String name : List.of("weight", "bias")) {
      assertNear(what + " d" + name, pass.gradient(name), golden.gradient(name).logical());
    }
  }

  private static float[] numbers(GoldenCase golden, String attribute) {
    return Bound.narrow(
        golden.attributes().get(attribute).valueStream().mapToDouble(n -> n.asDouble()).toArray());
  }

  @ParameterizedTest
  @MethodSource("runningStatistics")
  void batchNorm_oneTrainingStep_leavesPyTorchsStatistics(GoldenCase golden, KernelSet set) {
    Map<String, float[]> weights = new HashMap<>();
    weights.put("running_mean", Bound.narrow(golden.input("runningMean").logical()));
    weights.put("running_var", Bound.narrow(golden.input("runningVariance").logical()));
    weights.put("num_batches_tracked", new float[] {41});
    WorkspaceNode node = batchNorm(golden, set, true, weights).node;
    String what = set + " " + golden;
    assertNear(what + " mean", node.next("running_mean"), golden.output("runningMean").logical());
    assertNear(
        what + " variance", node.next("running_var"), golden.output("runningVariance").logical());
    assertThat(node.next("num_batches_tracked")).containsExactly(42);
  }
}

package io.fovea.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.golden.GoldenArray;
import io.fovea.golden.GoldenCase;
import io.fovea.golden.GoldenLayers;
import io.fovea.gradcheck.ReferenceStep;
import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.op.Packing;
import io.fovea.network.execution.Workspace;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Layers with any number of inputs against PyTorch's float64: {@link ReferenceStep} in double, and
 * the layers in float on every kernel set.
 */
@EveryWidth
class GoldenOthersTest {
  private static final double TOLERANCE = 1e-12; // of the largest entry
  private static final double FLOATS = 1e-6; // of the whole tensor's length
  private static final Workers WORKERS = Workers.of(2);

  @AfterAll
  static void close() {
    WORKERS.close();
  }

  static Stream<GoldenCase> cases() {
    return GoldenLayers.others();
  }

  static Stream<Arguments> casesOnEachSet() {
    return cases()
        .flatMap(golden -> Arrays.stream(KernelSet.values()).map(set -> Arguments.of(golden, set)));
  }

  /** The arrays of the inputs: x, x1 ... */
  private static List<GoldenArray> inputs(GoldenCase golden, Layer layer) {
    List<GoldenArray> inputs = new ArrayList<>(List.of(golden.input("x")));
    if (layer instanceof Add || layer instanceof Multiply) {
      inputs.add(golden.input("x1"));
    }
    return inputs;
  }

  private static List<Shape> shapes(List<GoldenArray> inputs) {
    return inputs.stream().map(GoldenArray::image).toList();
  }

  private static String gradientName(int k) {
    return k == 0 ? "x" : "x" + k;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void reference_goldenCase_agrees(GoldenCase golden) {
    Layer layer = GoldenLayers.layer(golden);
    List<GoldenArray> inputs = inputs(golden, layer);
    Map<String, double[]> weights = new HashMap<>();
    for (Parameter parameter : layer.parameters(shapes(inputs))) {
      weights.put(parameter.name(), golden.input(parameter.name()).logical());
    }
    ReferenceStep step =
        new ReferenceStep(
            shapes(inputs),
            inputs.stream().map(GoldenArray::memory).toList(),
            weights,
            inputs.getFirst().count(),
            RandomKey.of(1));
    assertThat(layer.output(shapes(inputs))).isEqualTo(golden.output().image());
    double[] y = step.forward(layer).orElseThrow();
    Bound.assertClose(golden + " y", y, golden.output().memory(), TOLERANCE);
    ReferenceStep.Gradients back =
        step.backward(layer, golden.outputGradient().memory()).orElseThrow();
    for (int k = 0; k < inputs.size(); k++) {
      double[] expected = golden.gradient(gradientName(k)).memory();
      Bound.assertClose(golden + " dx" + k, back.inputs().get(k), expected, TOLERANCE);
    }
    weights
        .keySet()
        .forEach(
            name ->
                Bound.assertClose(
                    golden + " d" + name,
                    Objects.requireNonNull(back.weights().get(name)),
                    golden.gradient(name).logical(),
                    TOLERANCE));
  }

  @ParameterizedTest
  @MethodSource("casesOnEachSet")
  void layer_goldenCase_isNear(GoldenCase golden, KernelSet set) {
    Layer layer = GoldenLayers.layer(golden);
    List<GoldenArray> inputs = inputs(golden, layer);
    int count = inputs.getFirst().count();
    Map<String, Packing> packings = new HashMap<>();
    Map<String, float[]> stored = new HashMap<>();
    for (Parameter parameter : layer.parameters(shapes(inputs))) {
      Packing packing = LayerKernel.packing(set.kernels(false), layer, parameter, shapes(inputs));
      packings.put(parameter.name(), packing);
      float[] logical = Bound.narrow(golden.input(parameter.name()).logical());
      stored.put(parameter.name(), packing.pack(logical));
    }
    Workspace workspace = Workspace.of(set, WORKERS);
    workspace.beginTraining(RandomKey.of(1));
    WorkspaceNode node = workspace.node("it");
    List<Tensor> x =
        inputs.stream()
            .map(input -> Tensor.of(input.image(), count, Bound.narrow(input.logical())))
            .toList();
    Step step = layer.forward(x, name -> Objects.requireNonNull(stored.get(name)), node);
    String what = set + " " + golden;
    assertNear(what + " y", step.output().toArray(), golden.output().logical());
    float[] dy = Bound.narrow(golden.outputGradient().logical());
    List<Tensor> back = step.backward(Tensor.of(step.output().shape(), count, dy));
    for (int k = 0; k < inputs.size(); k++) {
      double[] expected = golden.gradient(gradientName(k)).logical();
      assertNear(what + " dx" + k, back.get(k).toArray(), expected);
    }
    packings.forEach(
        (name, packing) ->
            assertNear(
                what + " d" + name,
                packing.unpack(node.gradient(name)),
                golden.gradient(name).logical()));
  }

  private static void assertNear(String what, float[] actual, double[] expected) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    assertThat(Bound.relativeL2(actual, expected)).as(what).isLessThan(FLOATS);
  }
}

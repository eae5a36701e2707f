package io.fovea.network.execution;

import static io.fovea.network.ConvOption.groups;
import static io.fovea.network.ConvOption.noBias;
import static io.fovea.network.ConvOption.padding;
import static io.fovea.network.ConvOption.stride;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.layer.Conv2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Dropout;
import io.fovea.layer.Dropout2d;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A convolution inside the dense layer behind it. */
class ConvDenseFusionTest {
  private static List<String> names(Network network) {
    return network.graph().nodes().stream().map(Graph.Node::name).toList();
  }

  /** y = 3 * (2 * x0 + 1) - 5 * (2 * x1 + 1) + 7 = 6 * x0 - 10 * x1 + 5. */
  @Test
  void of_oneTap_isTheFormula() {
    Graph graph = Network.input(1, 1, 2).conv2d(1, 1).flatten().dense(1).graph();
    Network fused = Rewritten.fused(network(graph, new float[] {2}, new float[] {3, -5}));
    assertThat(names(fused)).containsExactly("flatten1", "dense1");
    assertThat(fused.weights().values("dense1.weight")).containsExactly(6f, -10f);
    assertThat(fused.weights().values("dense1.bias")).containsExactly(5f);
    assertThat(fused.labels()).containsExactly("only");
  }

  /** Two outputs read columns 0, 1 and 3, 4; column 2 lies between them, column 5 behind. */
  @Test
  void of_whatNoOutputReads_hasNoWeight() {
    Window window = new Window(1, 2, 1, 3, 0, 0, 0, 0, 1, 1);
    Graph graph =
        Network.input(1, 1, 6).layer(new Conv2d(3, window, 1, true)).flatten().dense(1).graph();
    Map<String, float[]> values = new HashMap<>();
    values.put("conv1.weight", new float[] {2, 3, 0, 0, 0, 0});
    values.put("conv1.bias", new float[] {1, 0, 0});
    values.put("dense1.weight", new float[] {5, 7, 0, 0, 0, 0});
    values.put("dense1.bias", new float[] {-4});
    Network fused = Rewritten.fused(network(graph, values));
    assertThat(fused.weights().values("dense1.weight")).containsExactly(10, 15, 0, 14, 21, 0);
    assertThat(fused.weights().values("dense1.bias")).containsExactly(5 + 7 - 4);
  }

  private static Network network(Graph graph, float[] filter, float[] rows) {
    Map<String, float[]> values = new HashMap<>();
    values.put("conv1.weight", filter);
    values.put("conv1.bias", new float[] {1});
    values.put("dense1.weight", rows);
    values.put("dense1.bias", new float[] {7});
    return network(graph, values);
  }

  private static Network network(Graph graph, Map<String, float[]> values) {
    return Network.of(
        graph,
        Weights.of(graph, values),
        Preprocessing.unit(1, Preprocessing.Background.MIXED),
        List.of("only"));
  }

  static Stream<Graph> windows() {
    return Stream.of(
            Window.square(3, 1, 1, 1),
            Window.square(5, 1, 2, 1),
            Window.square(4, 1, 0, 1),
            Window.square(3, 1, 2, 2),
            new Window(3, 2, 1, 1, 0, 3, 2, 0, 1, 2),
            Window.square(1, 1, 0, 1),
            Window.square(3, 2, 1, 1),
            new Window(2, 3, 3, 2, 1, 0, 0, 4, 2, 1))
        .flatMap(
            window ->
                Stream.of(1, 2, 4)
                    .map(
                        groups ->
                            Network.input(4, 9, 8)
                                .relu()
                                .layer(new Conv2d(64, window, groups, groups != 2))
                                .layer(new Dropout2d(0.3f))
                                .flatten()
                                .layer(new Dropout(0.5f))
                                .layer(new Dense(7, groups != 4))
                                .relu()
                                .dense(3)
                                .graph()));
  }

  @ParameterizedTest
  @MethodSource("windows")
  void of_anyWindow_sameAnswersWithinRounding(Graph graph) {
    Network network = Perturbed.network(graph, 11);
    Network fused = Rewritten.fused(network);
    assertThat(names(fused))
        .containsExactly("relu1", "dropout1", "flatten1", "dropout2", "dense1", "relu2", "dense2");
    Tensor x = Tensor.of(Shape.of(4, 9, 8), 3, new Draw(12).reals(3 * 4 * 72));
    float[] expected = Perturbed.logits(network, KernelSet.REFERENCE, x);
    for (KernelSet kernels : List.of(KernelSet.REFERENCE, KernelSet.VECTOR)) {
      float[] got = Perturbed.logits(fused, kernels, x);
      assertThat(Bound.relativeL2(got, Bound.widen(expected))).as("%s", kernels).isLessThan(1e-6);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TWO_LAYER_CNN", "POOLED", "MLP", "LENET5", "SIMPLE_CNN", "RESNET8"})
  void of_zoo_fusesTheTwoLayerNetworkAlone(Zoo model) {
    Network network = Perturbed.network(model.graph(Shape.of(1, 28, 28), 10), 7);
    Network fused = Rewritten.fused(network);
    if (model != Zoo.TWO_LAYER_CNN) {
      assertThat(fused).isSameAs(network);
      return;
    }
    assertThat(names(fused))
        .containsExactly("conv1", "relu1", "flatten1", "dense1", "relu2", "dense2");
    assertThat(fused.weights().shape("dense1.weight")).isEqualTo(Shape.of(100, 16 * 28 * 28));
    Tensor x = Tensor.of(Shape.of(1, 28, 28), 2, new Draw(8).reals(2 * 784));
    float[] expected = Perturbed.logits(network, KernelSet.REFERENCE, x);
    float[] got = Perturbed.logits(fused, KernelSet.VECTOR, x);
    assertThat(Bound.relativeL2(got, Bound.widen(expected))).isLessThan(2e-6);
  }

  /** Two convolutions in a row both go, one after the other. */
  @Test
  void of_convolutionsInARow_fusesAll() {
    Network network =
        Perturbed.network(
            Network.input(1, 6, 6)
                .conv2d(3, 3, padding(1))
                .conv2d(5, 3, padding(1), noBias())
                .flatten()
                .dense(4)
                .graph(),
            3);
    Network fused = Rewritten.fused(network);
    assertThat(names(fused)).containsExactly("flatten1", "dense1");
    Tensor x = Tensor.of(Shape.of(1, 6, 6), 1, new Draw(4).reals(36));
    float[] expected = Perturbed.logits(network, KernelSet.REFERENCE, x);
    float[] got = Perturbed.logits(fused, KernelSet.REFERENCE, x);
    assertThat(Bound.relativeL2(got, Bound.widen(expected))).isLessThan(1e-6);
  }

  @Test
  void of_activationOtherReaderOrMoreWeights_isLeftAlone() {
    alone(Network.input(1, 6, 6).conv2d(3, 3, padding(1)).relu().flatten().dense(4).graph());
    alone(Network.input(1, 6, 6).conv2d(3, 3, padding(1)).maxPool2d(2).flatten().dense(4).graph());
    alone(
        Network.input(3, 6, 6)
            .conv2d(3, 3, padding(1))
            .as("c")
            .relu()
            .add("c")
            .flatten()
            .dense(4)
            .graph());
    alone(Network.input(8, 6, 6).conv2d(4, 3, padding(1)).flatten().dense(4).graph());
    alone(Network.input(8, 6, 6).conv2d(8, 3, stride(2), groups(2)).flatten().dense(400).graph());
  }

  /** Six thousand million multiply-adds: nobody waits for that at a start. */
  @Test
  void of_tooMuchWork_isLeftAlone() {
    alone(Network.input(16, 28, 28).conv2d(32, 5, padding(2)).flatten().dense(500).graph());
  }

  /** More places between the taps than an int counts. */
  @Test
  void of_hugeDilation_isLeftAlone() {
    Conv2d sparse = new Conv2d(2, Window.square(3, 1, 32_000, 32_000), 1, true);
    alone(Network.input(1, 4, 4).layer(sparse).flatten().dense(1).graph());
  }

  private static void alone(Graph graph) {
    Network network = Network.of(graph, Initializer.he(), 1);
    assertThat(Rewritten.fused(network)).isSameAs(network);
  }
}

package io.fovea.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.kernel.KernelSet;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.execution.Workspace;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ActivationsTest {
  private static final Workers WORKERS = Workers.of(2);

  @AfterAll
  static void close() {
    WORKERS.close();
  }

  static Stream<Layer> layers() {
    return Stream.concat(
        UsualActivations.all(), Stream.of(new Softmax(), new Gelu(true), Clip.relu6()));
  }

  private static Step forward(Layer layer, KernelSet set, Tensor x) {
    Workspace workspace = Workspace.of(set, WORKERS);
    workspace.beginInference();
    return layer.forward(List.of(x), Values.NONE, workspace.node("it"));
  }

  /** Dense layers behind it pack their columns by these maps. */
  @ParameterizedTest
  @MethodSource("layers")
  void output_flattenedValue_remembersItsMaps(Layer layer) {
    Shape flat = Shape.of(3, 4, 5).flattened();
    assertThat(layer.output(List.of(flat))).isEqualTo(flat);
    assertThat(layer.output(List.of(flat)).parts()).containsExactly(Shape.of(3, 4, 5));
    Tensor x = Tensor.zeros(flat, 2);
    assertThat(forward(layer, KernelSet.VECTOR, x).output().shape()).isEqualTo(flat);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void output_twoInputs_isRefused(Layer layer) {
    Shape row = Shape.of(7);
    assertThatThrownBy(() -> layer.output(List.of(row, row)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(layer.type() + " expects 1 input, got 2; join them with add or concat first");
  }

  @Test
  void facts_notFinite_areRefused() {
    assertThatThrownBy(() -> new LeakyRelu(Float.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("leaky_relu: slope must be a finite number (0.01 is usual), got NaN");
    assertThatThrownBy(() -> new Elu(Float.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("elu: alpha must be a finite number (1 is usual), got Infinity");
    assertThatThrownBy(() -> new Selu(Float.NaN, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("selu: alpha must be a finite number (1.67326 is usual), got NaN");
    assertThatThrownBy(() -> new HardSigmoid(1, Float.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("hard_sigmoid: beta must be a finite number (0.5 is usual), got NaN");
  }

  @Test
  void clip_noRoomBetweenTheBounds_isRefused() {
    assertThatThrownBy(() -> new Clip(2, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("clip: min must be at most max, got min 2.0, max 1.0");
    assertThatThrownBy(() -> new Clip(Float.NaN, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("clip: min must be at most max, got min NaN, max 1.0");
  }

  /** The numbers of the book's chapter. */
  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void functions_bookExample_giveItsNumbers(KernelSet set) {
    Tensor x = Tensor.of(Shape.of(2), 1, -1, 2);
    float[][] expected = { // f(-1), f(2), f'(-1), f'(2)
      {-0.01f, 2, 0.01f, 1},
      {-0.6321f, 2, 0.3679f, 1},
      {-0.1587f, 1.9545f, -0.0833f, 1.0852f},
      {-0.2689f, 1.7616f, 0.0723f, 1.0908f},
      {0.2689f, 0.8808f, 0.1966f, 0.1050f},
      {-0.7616f, 0.9640f, 0.4200f, 0.0707f}
    };
    List<Layer> layers =
        List.of(new LeakyRelu(), new Elu(), new Gelu(), new Silu(), new Sigmoid(), new Tanh());
    for (int k = 0; k < expected.length; k++) {
      Step step = forward(layers.get(k), set, x);
      float[] y = step.output().toArray();
      float[] slopes = step.backward(Tensor.of(Shape.of(2), 1, 1, 1)).getFirst().toArray();
      assertThat(new float[] {y[0], y[1], slopes[0], slopes[1]})
          .as(layers.get(k).type())
          .containsExactly(expected[k], within(0.0001f));
    }
  }

  /** By hand: (1 + x) / 6 - e and so on, at -1 and 2. */
  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void straightFunctions_byHand_giveTheirNumbers(KernelSet set) {
    Tensor x = Tensor.of(Shape.of(4), 1, -4, -1, 2, 7);
    assertThat(forward(Clip.relu6(), set, x).output().toArray()).containsExactly(0, 0, 2, 6);
    assertThat(forward(new HardSigmoid(0.25f, 0.5f), set, x).output().toArray())
        .containsExactly(0, 0.25f, 1, 1);
    assertThat(forward(new HardSwish(), set, x).output().toArray())
        .containsExactly(new float[] {0, -1 / 3f, 5 / 3f, 7}, within(1e-6f));
    Tensor dy = Tensor.of(Shape.of(4), 1, 12, 12, 12, 12);
    assertThat(forward(Clip.relu6(), set, x).backward(dy).getFirst().toArray())
        .containsExactly(0, 0, 12, 0);
    assertThat(forward(new HardSigmoid(0.25f, 0.5f), set, x).backward(dy).getFirst().toArray())
        .containsExactly(0, 3, 0, 0);
    assertThat(forward(new HardSwish(), set, x).backward(dy).getFirst().toArray())
        .containsExactly(new float[] {0, 2, 14, 12}, within(1e-5f));
  }

  /** Logarithms of 1, 2 and 5 against those of 3, 3 and 2: shares of 8. */
  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void softmax_channelsOfAPixel_sumToOne(KernelSet set) {
    float[] logs = {1, 3, 2, 3, 5, 2}; // (3, 1, 2): both pixels of a channel side by side
    for (int i = 0; i < logs.length; i++) {
      logs[i] = (float) Math.log(logs[i]) + 1000 * (i % 2);
    }
    Step step = forward(new Softmax(), set, Tensor.of(Shape.of(3, 1, 2), 1, logs));
    float[] y = step.output().toArray();
    assertThat(new float[] {y[0], y[2], y[4]})
        .containsExactly(new float[] {0.125f, 0.25f, 0.625f}, within(1e-6f));
    assertThat(new float[] {y[1], y[3], y[5]})
        .containsExactly(new float[] {0.375f, 0.375f, 0.25f}, within(1e-4f)); // 1000.69 is rounded
    float[] dx =
        step.backward(Tensor.of(Shape.of(3, 1, 2), 1, 8, 0, 0, 0, 0, 0)).getFirst().toArray();
    assertThat(dx).containsExactly(new float[] {0.875f, 0, -0.25f, 0, -0.625f, 0}, within(1e-5f));
  }

  @Test
  void builder_activations_areNamedByKind() {
    Graph graph =
        Network.input(2, 4, 4)
            .leakyRelu()
            .leakyRelu(0.2)
            .elu()
            .gelu()
            .silu()
            .sigmoid()
            .tanh()
            .flatten()
            .gelu()
            .dense(3)
            .softmax()
            .graph();
    assertThat(graph.nodes())
        .extracting(Graph.Node::name)
        .containsExactly(
            "leaky_relu1",
            "leaky_relu2",
            "elu1",
            "gelu1",
            "silu1",
            "sigmoid1",
            "tanh1",
            "flatten1",
            "gelu2",
            "dense1",
            "softmax1");
    assertThat(graph.nodes().get(1).layer()).isEqualTo(new LeakyRelu(0.2f));
    assertThat(graph.shape("gelu2").parts()).containsExactly(Shape.of(2, 4, 4));
  }
}

package io.fovea.gradcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.kernel.KernelSet;
import io.fovea.layer.AvgPool2d;
import io.fovea.layer.ChannelAffine;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.UsualActivations;
import io.fovea.network.ConvOption;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.NetworkBuilder;
import io.fovea.tensor.Window;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GradientCheckTest {
  /** Every kind of layer once, with strides, dilation, groups, overlapping windows and joins. */
  static Graph everything() {
    return Network.input(3, 11, 9)
        .conv2d(6, 3, ConvOption.padding(1), ConvOption.stride(2))
        .batchNorm2d()
        .relu()
        .as("trunk")
        .conv2d(6, 3, ConvOption.padding(2), ConvOption.dilation(2), ConvOption.groups(3))
        .dropout(0.3)
        .add("trunk")
        .as("sum")
        .layer(new MaxPool2d(Window.square(3, 1, 1, 1)))
        .concat("sum")
        .layer(new AvgPool2d(Window.square(3, 2, 1, 1)))
        .as("pooled")
        .globalAvgPool2d()
        .as("means")
        .from("pooled")
        .flatten()
        .concat("means")
        .dense(7)
        .build(Initializer.he(), 1)
        .graph();
  }

  static Graph activations() {
    NetworkBuilder layers = Network.input(3, 4, 3);
    UsualActivations.all().forEach(activation -> layers.conv2d(6, 1).layer(activation));
    return layers.flatten().dense(4).graph();
  }

  /** The layers that work within an image. */
  static Graph withinAnImage() {
    return Network.input(3, 6, 5)
        .zeroPad2d(1)
        .depthwiseConv2d(3)
        .layerNorm()
        .leakyRelu()
        .conv2d(8, 1)
        .layerNorm2d()
        .groupNorm(2)
        .residual(x -> x.gelu().dropout2d(0.3))
        .upsample2d(2)
        .softmax()
        .flatten()
        .layerNorm()
        .dense(6)
        .sigmoid()
        .dense(4)
        .softmax()
        .graph();
  }

  /** What networks made elsewhere have besides. */
  static Graph imported() {
    return Network.input(3, 7, 6)
        .conv2d(8, 3)
        .layer(new ChannelAffine(true))
        .localResponseNorm(3)
        .prelu()
        .as("maps")
        .globalAvgPool2d()
        .dense(8)
        .hardSigmoid()
        .as("weights")
        .from("maps")
        .multiply("weights")
        .as("weighted")
        .globalMaxPool2d()
        .as("largest")
        .from("weighted")
        .add("largest")
        .relu6()
        .clip(-0.5, 2)
        .channelShuffle(4)
        .channelSlice(1, 7)
        .convTranspose2d(5, 3, 2)
        .resize2d(6, 7)
        .flatten()
        .dense(4)
        .graph();
  }

  /** The networks that must have every kind of layer between them: LayerEvidenceTest. */
  static List<Graph> graphs() {
    return List.of(everything(), activations(), withinAnImage(), imported());
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void run_everyKindOfLayer_passesForEveryTensor(Graph graph) {
    List<GradientCheck.Row> rows = GradientCheck.run(graph, KernelSet.VECTOR, 2, 5, row -> {});
    assertThat(rows).allMatch(GradientCheck.Row::passes, "passes");
    assertThat(rows)
        .extracting(GradientCheck.Row::type)
        .contains("softmax_cross_entropy")
        .containsAll(graph.nodes().stream().map(node -> node.layer().type()).toList());
  }

  @Test
  void run_joinsAndNormalisations_haveARowForEachTensor() {
    List<GradientCheck.Row> rows =
        GradientCheck.run(everything(), KernelSet.VECTOR, 2, 5, row -> {});
    assertThat(rows).filteredOn(row -> row.tensor().equals("dx1")).hasSize(3);
    assertThat(rows)
        .filteredOn(row -> row.type().equals("batch_norm2d"))
        .extracting(GradientCheck.Row::tensor)
        .containsExactly("y", "dx", "dweight", "dbias");
    assertThat(rows)
        .extracting(row -> row.node() + "." + row.tensor())
        .contains("conv2.dx", "conv2.dweight", "conv2.dbias", "dense1.dweight", "loss.dx");
  }

  @Test
  void error_isTheRelativeDistance() {
    assertThat(GradientCheck.error(new double[] {3, 4}, new double[] {3, 5}))
        .isCloseTo(1 / Math.sqrt(34), within(1e-15));
    assertThat(GradientCheck.error(new double[] {3, 4}, new double[] {0, 0})).isEqualTo(5);
  }

  @Test
  void passes_wrongGradient_isFalse() {
    assertThat(new GradientCheck.Row("a", "b", "c", 1, 1, 1e-6, 0).passes()).isFalse();
    assertThat(new GradientCheck.Row("a", "b", "c", 1, 1, 0, 1e-4).passes()).isFalse();
    assertThat(new GradientCheck.Row("a", "b", "c", 1, 1, Double.NaN, 0).passes()).isFalse();
  }
}

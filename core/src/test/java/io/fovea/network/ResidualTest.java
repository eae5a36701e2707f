package io.fovea.network;

import static io.fovea.network.ConvOption.groups;
import static io.fovea.network.ConvOption.noBias;
import static io.fovea.network.ConvOption.padding;
import static io.fovea.network.ConvOption.stride;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.layer.Conv2d;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Residual blocks and depthwise convolutions of the builder. */
class ResidualTest {
  private static NetworkBuilder maps() {
    return Network.input(4, 9, 8);
  }

  private static void assertRefused(ThrowingCallable making, String message) {
    assertThatThrownBy(making).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void residual_sameShape_addsTheInput() {
    Graph graph =
        maps().relu().residual(x -> x.conv2d(4, 3, padding(1)).relu()).as("sum").relu().graph();
    assertThat(graph.nodes())
        .extracting(node -> node.name() + " " + node.inputs())
        .containsExactly(
            "relu1 [input]", "conv1 [relu1]", "relu2 [conv1]", "sum [relu2, relu1]", "relu3 [sum]");
  }

  @Test
  void residual_withinABlock_addsBoth() {
    Graph graph = maps().residual(x -> x.gelu().residual(inner -> inner.tanh())).graph();
    assertThat(graph.nodes())
        .extracting(node -> node.name() + " " + node.inputs())
        .containsExactly(
            "gelu1 [input]", "tanh1 [gelu1]", "add1 [tanh1, gelu1]", "add2 [add1, input]");
  }

  @Test
  void residual_shortcut_bringsTheInputToTheBlocksShape() {
    Graph graph =
        maps()
            .residual(
                x -> x.conv2d(6, 3, padding(1), stride(2)).relu().conv2d(6, 3, padding(1)),
                x -> x.conv2d(6, 1, stride(2), noBias()).batchNorm2d())
            .graph();
    assertThat(graph.nodes())
        .extracting(node -> node.name() + " " + node.inputs())
        .containsExactly(
            "conv1 [input]",
            "bn1 [conv1]",
            "conv2 [input]",
            "relu1 [conv2]",
            "conv3 [relu1]",
            "add1 [conv3, bn1]");
    assertThat(graph.output()).isEqualTo(Shape.of(6, 5, 4));
  }

  @Test
  void residual_otherShape_isRefusedWithTheShortcutThatFits() {
    assertRefused(
        () -> maps().residual(x -> x.conv2d(6, 3, padding(1), stride(2))),
        "residual: the block makes 6x5x4 of 4x9x8 (input), so they cannot be added; give a shortcut as well: residual(block, x -> x.conv2d(6, 1, stride(2)))");
    assertRefused(
        () -> maps().relu().residual(x -> x.conv2d(6, 3, padding(1))),
        "residual: the block makes 6x9x8 of 4x9x8 (relu1), so they cannot be added; give a shortcut as well: residual(block, x -> x.conv2d(6, 1))");
    assertRefused(
        () -> maps().residual(x -> x.conv2d(4, 3)),
        "residual: the block makes 4x7x6 of 4x9x8 (input), so they cannot be added; keep height and width by padding, or give a shortcut that changes them likewise");
    assertRefused(
        () -> maps().flatten().residual(x -> x.dense(5)),
        "residual: the block makes 5 of 288 (flatten1), so they cannot be added; give a shortcut as well: residual(block, x -> x.dense(5))");
    assertRefused(
        () -> maps().flatten().residual(x -> x.dense(288)),
        "residual: the block makes 288 of 288 (flatten1), so they cannot be added; they were flattened from different shapes: give a shortcut as well: residual(block, x -> x.dense(288))");
    assertRefused(
        () -> maps().residual(x -> x.globalAvgPool2d()),
        "residual: the block makes 4 of 4x9x8 (input), so they cannot be added; end the block in the kind of value that it begins with");
    assertRefused(
        () -> maps().residual(x -> x.conv2d(6, 3, padding(1)), x -> x.conv2d(5, 1)),
        "residual: the block makes 6x9x8 of 4x9x8 and the shortcut 5x9x8, so they cannot be added; give both the same filters and stride");
  }

  @Test
  void residual_noLayer_isRefused() {
    assertRefused(
        () -> maps().residual(x -> {}),
        "residual: the block adds no layer; add at least one to the builder that it is given");
    assertRefused(
        () -> maps().residual(x -> x.relu(), x -> x.from("input")),
        "residual: the shortcut adds no layer; add at least one to the builder that it is given");
  }

  @Test
  void depthwiseConv2d_options_hasAFilterAChannel() {
    Graph graph = maps().depthwiseConv2d(3, padding(1), stride(2), noBias()).graph();
    assertThat(graph.nodes().getFirst().layer())
        .isEqualTo(new Conv2d(4, new Window(3, 3, 2, 2, 1, 1, 1, 1, 1, 1), 4, false));
    assertThat(graph.weights())
        .extracting(w -> w.parameter().shape())
        .isEqualTo(List.of(Shape.of(4, 1, 3, 3)));
  }

  @Test
  void depthwiseConv2d_groupsOrNoMaps_isRefused() {
    assertRefused(
        () -> maps().depthwiseConv2d(3, groups(2)),
        "depthwiseConv2d: has as many groups as channels, got groups(2); leave it out, or use conv2d");
    assertRefused(
        () -> maps().flatten().depthwiseConv2d(3),
        "depthwiseConv2d: expects feature maps (C, H, W), got 288; place it before flatten and dense layers");
  }

  @Test
  void builder_mapLayersAndNormalisations_areNamedShort() {
    Graph graph =
        maps()
            .zeroPad2d(1)
            .groupNorm(2)
            .dropout2d(0.1)
            .dropout(0.1)
            .upsample2d(2)
            .flatten()
            .layerNorm()
            .graph();
    assertThat(graph.nodes())
        .extracting(Graph.Node::name)
        .containsExactly("pad1", "gn1", "dropout1", "dropout2", "upsample1", "flatten1", "ln1");
    assertThat(graph.shape("upsample1")).isEqualTo(Shape.of(4, 22, 20));
    assertThat(graph.weights())
        .extracting(Graph.Weight::name)
        .containsExactly("gn1.weight", "gn1.bias", "ln1.weight", "ln1.bias");
  }
}

package io.fovea.network;

import static io.fovea.network.ConvOption.dilation;
import static io.fovea.network.ConvOption.groups;
import static io.fovea.network.ConvOption.noBias;
import static io.fovea.network.ConvOption.padding;
import static io.fovea.network.ConvOption.stride;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.layer.Add;
import io.fovea.layer.Conv2d;
import io.fovea.layer.Flatten;
import io.fovea.layer.Layer;
import io.fovea.layer.Relu;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Structure: names, shapes, and what does not fit together. */
class GraphTest {
  private static final Shape INPUT = Shape.of(1, 8, 6);

  private static Graph.Node node(String name, Layer layer, String... inputs) {
    return new Graph.Node(name, layer, List.of(inputs));
  }

  private static void assertRefused(ThrowingCallable making, String message) {
    assertThatThrownBy(making).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void builder_chain_namesByKindAndNumber() {
    Graph graph =
        Network.input(1, 16, 16)
            .conv2d(4, 3)
            .relu()
            .maxPool2d(2)
            .conv2d(6, 3)
            .relu()
            .avgPool2d(2)
            .dropout(0.5)
            .flatten()
            .dense(5)
            .dense(3)
            .graph();
    assertThat(graph.nodes())
        .extracting(Graph.Node::name)
        .containsExactly(
            "conv1 relu1 pool1 conv2 relu2 pool2 dropout1 flatten1 dense1 dense2".split(" ", -1));
    assertThat(graph.weights())
        .extracting(Graph.Weight::name)
        .containsExactly(
            "conv1.weight conv1.bias conv2.weight conv2.bias dense1.weight dense1.bias dense2.weight dense2.bias"
                .split(" ", -1));
    assertThat(graph.shape("conv1")).isEqualTo(Shape.of(4, 14, 14));
    assertThat(graph.shape("pool2")).isEqualTo(Shape.of(6, 2, 2));
    assertThat(graph.shape("flatten1")).isEqualTo(Shape.of(6, 2, 2).flattened());
    assertThat(graph.shape("input")).isEqualTo(graph.input()).isEqualTo(Shape.of(1, 16, 16));
    assertThat(graph.output()).isEqualTo(Shape.of(3));
  }

  @Test
  void builder_options_reachTheLayer() {
    Graph graph =
        Network.input(4, 16, 16)
            .conv2d(6, 3, stride(2), padding(1), dilation(2), groups(2), noBias())
            .graph();
    assertThat(graph.nodes().getFirst().layer())
        .isEqualTo(new Conv2d(6, new Window(3, 3, 2, 2, 1, 1, 1, 1, 2, 2), 2, false));
    assertThat(graph.weights()).extracting(Graph.Weight::name).containsExactly("conv1.weight");
    assertThat(graph.weights().getFirst().parameter().shape()).isEqualTo(Shape.of(6, 2, 3, 3));
    assertThat(graph.weights().getFirst().parameter().fanIn()).isEqualTo(18);
    assertThat(graph.weights().getFirst().parameter().fanOut()).isEqualTo(27);
  }

  @Test
  void builder_branches_joinByName() {
    Graph graph =
        Network.input(2, 4, 4)
            .conv2d(3, 1)
            .as("left")
            .from("input")
            .conv2d(3, 1)
            .add("left")
            .concat("left")
            .graph();
    assertThat(graph.nodes())
        .containsExactly(
            node("left", new Conv2d(3, Window.square(1, 1, 0, 1), 1, true), "input"),
            node("conv2", new Conv2d(3, Window.square(1, 1, 0, 1), 1, true), "input"),
            node("add1", new Add(), "conv2", "left"),
            node("concat1", new io.fovea.layer.Concat(), "add1", "left"));
    assertThat(graph.output()).isEqualTo(Shape.of(6, 4, 4));
  }

  @Test
  void builder_nameTakenByHand_isSkippedByTheNextNumber() {
    Graph graph = Network.input(1, 8, 8).conv2d(2, 1).as("conv2").conv2d(2, 1).conv2d(2, 1).graph();
    assertThat(graph.nodes())
        .extracting(Graph.Node::name)
        .containsExactly("conv2", "conv3", "conv4");
  }

  @Test
  void as_noLayerJustAdded_isRefused() {
    String message = "network: as(\"x\") names the layer added just before; add one first";
    assertThatThrownBy(() -> Network.input(1, 2, 2).as("x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> Network.input(1, 2, 2).relu().from("input").as("x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(message);
  }

  @Test
  void of_whatDoesNotFitTogether_isRefused() {
    String taken = ": the name is taken; every node needs a name of its own";
    assertRefused("network: has no layers; add at least one");
    assertRefused(
        "network: a node's name has letters, digits, _ and - only, got \"a.b\"",
        node("a.b", new Relu(), "input"));
    assertRefused("a" + taken, node("a", new Relu(), "input"), node("a", new Relu(), "a"));
    assertRefused("input" + taken, node("input", new Relu(), "input"));
    assertRefused(
        "b: no node named \"c\" comes before it; it may use [input, a]",
        node("a", new Relu(), "input"),
        node("b", new Relu(), "c"),
        node("c", new Relu(), "a"));
    assertRefused(
        "network: nothing uses the output of [b, z]; only the last node's may end the network",
        node("z", new Relu(), "input"),
        node("b", new Relu(), "input"),
        node("c", new Relu(), "input"));
    assertRefused(
        "second: conv2d expects feature maps (C, H, W), got 48; place it before flatten and dense layers",
        node("first", new Flatten(), "input"),
        node("second", new Conv2d(1, Window.square(3, 1, 0, 1), 1, true), "first"));
    Graph graph = Graph.of(INPUT, List.of(node("a", new Relu(), "input")));
    assertRefused(() -> graph.shape("zz"), "network: no node named \"zz\"; there are [input, a]");
  }

  private static void assertRefused(String message, Graph.Node... nodes) {
    assertRefused(() -> Graph.of(INPUT, List.of(nodes)), message);
  }

  @Test
  void of_tooLarge_namesTheNode() {
    assertThatThrownBy(
            () -> Network.input(1, 2000, 2000).flatten().dense(2000).build(Initializer.he(), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("dense1: shape: [2000, 4000000] has more than");
    assertThatThrownBy(() -> Network.input(1, 40_000, 1).globalAvgPool2d().as("pool1").graph())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("pool1: window: every size must be at most 32767");
  }

  /** (H, W, C) as other libraries have it: the error says the order, for maps only. */
  @Test
  void input_ofChannelsLast_hasTheOrderInTheErrorsThatComeOfIt() {
    String order =
        "; shapes are channels, height, width: images of 28x28 are (1, 28, 28), got (28, 28, 1)";
    assertRefused(
        () -> Network.input(28, 28, 1).conv2d(16, 5).graph(),
        "conv1: conv2d kernel 5x5 does not fit into input 28x28x1; use a smaller kernel or more padding"
            + order);
    assertRefused(
        () -> Network.input(28, 28, 1).conv2d(16, 3, padding(1)).maxPool2d(2).graph(),
        "pool1: max_pool2d window 2x2 stride 2 does not fit into input 16x28x1; use a smaller window"
            + order);
    assertRefused(
        () -> Network.input(224, 200, 3).conv2d(8, 5).graph(),
        "conv1: conv2d kernel 5x5 does not fit into input 224x200x3; use a smaller kernel or more padding; shapes are channels, height, width: images of 224x200 are (3, 224, 200), got (224, 200, 3)");
    assertRefused(
        () -> Network.input(28, 28, 1).flatten().conv2d(16, 5).graph(),
        "conv1: conv2d expects feature maps (C, H, W), got 784; place it before flatten and dense layers");
    assertRefused(
        () -> Network.input(64, 1, 1).conv2d(16, 5).graph(),
        "conv1: conv2d kernel 5x5 does not fit into input 64x1x1; use a smaller kernel or more padding");
    assertThat(Network.input(28, 28, 1).conv2d(16, 1).flatten().dense(10).graph().output())
        .isEqualTo(Shape.of(10));
  }
}

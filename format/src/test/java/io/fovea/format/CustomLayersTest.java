package io.fovea.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.layer.Layer;
import io.fovea.layer.Relu;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CustomLayersTest {
  private static final CustomLayers SCALE = CustomLayers.none().with(Scale.TYPE, Scale::of);

  @TempDir Path folder;

  private static Graph graph(Layer layer) {
    return Graph.of(Shape.of(4), List.of(new Graph.Node("mine", layer, List.of(Graph.INPUT))));
  }

  private static void refuses(String node, CustomLayers custom, String message) {
    assertThatThrownBy(() -> NetworkDescription.parse("{\"nodes\": [" + node + "]}", custom))
        .isInstanceOf(FormatException.class)
        .hasMessage("network: " + message);
  }

  @Test
  void roundTrip_customLayer_keepsAttributesAndWeights() throws FormatException {
    Scale scale = new Scale(0.1 + 0.2, Long.MIN_VALUE, true, "a \"note\"");
    Network network = Network.of(graph(scale), Initializer.he(), 3);
    Path file = folder.resolve("model.safetensors");

    Models.write(network, file);
    Network read = Models.load(file, SCALE);

    assertThat(read.graph().nodes()).isEqualTo(network.graph().nodes());
    assertThat(read.weights().values("mine.gain")).isEqualTo(network.weights().values("mine.gain"));
  }

  @Test
  void parse_attributesLeftOut_areTheFactorysDefaults() throws FormatException {
    Graph read =
        NetworkDescription.parse("{\"nodes\": [{\"layer\": \"scale\"}]}", SCALE)
            .graph(Shape.of(4), 4);

    assertThat(read.nodes())
        .containsExactly(
            new Graph.Node("scale1", new Scale(1, 1, false, ""), List.of(Graph.INPUT)));
  }

  @Test
  void load_notRegistered_isRefused() throws FormatException {
    Path file = folder.resolve("model.safetensors");
    Models.write(Network.of(graph(new Scale(1, 1, false, "")), Initializer.he(), 3), file);

    assertThatThrownBy(() -> Models.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "model.safetensors: read: fovea.network: mine: the layer \"scale\" is unknown; register a layer of your own with CustomLayers.with(type, factory); expected are conv2d, conv_transpose2d, max_pool2d, avg_pool2d, zero_pad2d, global_avg_pool2d, global_max_pool2d, batch_norm2d, layer_norm, layer_norm2d, group_norm, local_response_norm, channel_affine, prelu, clip, elu, gelu, hard_sigmoid, hard_swish, leaky_relu, mish, relu, selu, sigmoid, silu, softplus, tanh, softmax, flatten, channel_shuffle, channel_slice, upsample2d, resize2d, dense, dropout, dropout2d, add, multiply, concat");
  }

  @Test
  void parse_attributesOrFactoryThatAreWrong_areRefused() {
    refuses(
        "{\"layer\": \"scale\", \"attributes\": {\"factor\": [1]}}",
        SCALE,
        "scale1: attributes: \"factor\" expects a text, a number, true or false, got [1]");
    refuses(
        "{\"layer\": \"scale\", \"factor\": 2}",
        SCALE,
        "scale1: \"factor\" is unknown; expected are name, layer, inputs, attributes");
    CustomLayers throwing =
        CustomLayers.none()
            .with(
                "mine",
                attributes -> {
                  throw new IllegalArgumentException("size must be above 0");
                });
    refuses(
        "{\"layer\": \"mine\", \"attributes\": {\"size\": 0}}",
        throwing,
        "mine1: the custom layer \"mine\" refuses its attributes {size=0}: size must be above 0");
    refuses(
        "{\"layer\": \"mine\"}",
        CustomLayers.none().with("mine", Scale::of),
        "mine1: the factory registered for \"mine\" made a layer of type \"scale\"; register it under that name");
  }

  @Test
  void with_typeTaken_isRefused() {
    assertThatThrownBy(() -> SCALE.with("scale", Scale::of))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "custom layers: the type \"scale\" is taken or empty; choose another, such as \"my_scale\"");
    assertThatThrownBy(() -> SCALE.with("relu", Scale::of))
        .hasMessage(
            "custom layers: the type \"relu\" is taken or empty; choose another, such as \"my_relu\"");
  }

  /** A layer whose type and attributes are whatever a test wants. */
  private static Layer.Custom odd(String type, Object attribute) {
    return new Odd(type, Map.of("fact", attribute));
  }

  private record Odd(String type, Map<String, Object> attributes) implements Layer.Custom {
    @Override
    public Shape output(List<Shape> inputs) {
      return inputs.getFirst();
    }

    @Override
    public io.fovea.layer.Step forward(
        List<io.fovea.tensor.Tensor> inputs,
        io.fovea.layer.Values weights,
        io.fovea.layer.LayerContext workspace) {
      return new Relu().forward(inputs, weights, workspace);
    }
  }

  @Test
  void json_attributesOfAllKinds_keepTheirValues() throws FormatException {
    for (Object fact : List.of("text", true, 5, 1L << 60, 0.1f, 1e-300)) {
      Graph read =
          NetworkDescription.parse(
                  NetworkDescription.json(graph(odd("odd", fact))),
                  CustomLayers.none().with("odd", facts -> new Odd("odd", facts)))
              .graph(Shape.of(4), 4);
      Object back = ((Odd) read.nodes().getFirst().layer()).attributes().get("fact");

      assertThat(back)
          .isEqualTo(
              fact instanceof Integer whole
                  ? (Object) whole.longValue()
                  : fact instanceof Float real ? (Object) real.doubleValue() : fact);
    }
  }

  @Test
  void json_attributeThatJsonCannotHold_isRefused() {
    assertThatThrownBy(() -> NetworkDescription.json(graph(odd("odd", List.of(1)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "write: the attribute \"fact\" of the custom layer \"odd\" must be a text, a finite number or a boolean, got [1]");
    assertThatThrownBy(() -> NetworkDescription.json(graph(odd("odd", Double.NaN))))
        .hasMessage(
            "write: the attribute \"fact\" of the custom layer \"odd\" must be a text, a finite number or a boolean, got NaN");
  }

  @Test
  void write_customLayerNamedAsABuiltIn_isRefusedAndKeepsTheOldFile() throws FormatException {
    Path file = folder.resolve("model.safetensors");
    Models.write(ExampleRuns.network(), file);
    Network network = Network.of(graph(odd("relu", 1)), Initializer.he(), 1);

    assertThatThrownBy(() -> Models.write(network, file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "write: a custom layer has the type relu of a built-in one; give it a name of its own");
    assertThat(Models.load(file).labels()).isEqualTo(ExampleRuns.network().labels());
  }
}

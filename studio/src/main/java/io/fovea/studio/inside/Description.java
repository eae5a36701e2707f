package io.fovea.studio.inside;

import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.studio.runs.TrainedLoss;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A description of a network for drawing.
 *
 * @param input (C, H, W) of a picture
 * @param mean what is subtracted from the pixels, from 0 to 1, of each channel
 * @param deviation what they are then divided by
 * @param labels the names of the classes
 * @param outputs what the outputs say, by {@link TrainedLoss#kind}
 * @param loss the loss's name
 * @param nodes the input, then the layers
 * @param parameters all weights and buffers
 */
public record Description(
    List<Integer> input,
    List<Double> mean,
    List<Double> deviation,
    List<String> labels,
    String outputs,
    String loss,
    List<Node> nodes,
    List<ParameterInfo> parameters) {

  private static final String INPUT = "input";

  /**
   * One value in the network.
   *
   * @param type the kind of layer
   * @param inputs the names of its input nodes
   * @param shape (C, H, W) or (F)
   * @param chapter the book's page on it
   */
  public record Node(
      String name, String type, List<String> inputs, List<Integer> shape, String chapter) {}

  public record ParameterInfo(String name, String node, List<Integer> shape) {}

  public static Description of(InspectedModel model) {
    Network network = model.network();
    Graph graph = network.graph();
    List<Node> nodes = new ArrayList<>();
    nodes.add(node(graph, Graph.INPUT, INPUT, List.of()));
    for (Graph.Node node : graph.nodes()) {
      nodes.add(node(graph, node.name(), node.layer().type(), node.inputs()));
    }
    List<ParameterInfo> parameters =
        graph.weights().stream()
            .map(
                weight ->
                    new ParameterInfo(
                        weight.name(), weight.node().name(), sizes(weight.parameter().shape())))
            .toList();
    return new Description(
        sizes(graph.input()),
        network.preprocessing().mean(),
        network.preprocessing().deviation(),
        network.labels(),
        model.trained().kind(),
        model.trained().loss().name(),
        List.copyOf(nodes),
        parameters);
  }

  private static Node node(Graph graph, String name, String type, List<String> inputs) {
    return new Node(name, type, inputs, sizes(graph.shape(name)), chapter(type));
  }

  private static List<Integer> sizes(Shape shape) {
    return Arrays.stream(shape.sizes()).boxed().toList();
  }

  private static String chapter(String type) {
    return switch (type) {
      case INPUT -> "03-reshape-and-scale";
      case "conv2d", "conv_transpose2d" -> "05-convolution-forward";
      case "dense", "flatten" -> "06-fully-connected-forward";
      case "softmax" -> "07-softmax-cross-entropy-l2";
      case "batch_norm2d" -> "batch-normalisation";
      case "max_pool2d", "avg_pool2d", "global_avg_pool2d", "global_max_pool2d" -> "pooling";
      default -> "activations-and-normalisations";
    };
  }
}

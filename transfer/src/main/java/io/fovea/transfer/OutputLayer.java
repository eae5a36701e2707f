package io.fovea.transfer;

import io.fovea.layer.Conv2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Layer;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The layer whose outputs are the classes: the last dense layer or convolution, possibly followed
 * by activations, poolings and a flatten. Training on other classes changes its size.
 */
public final class OutputLayer {
  private OutputLayer() {}

  /** The layer's node; empty if the last layer with weights is of another kind. */
  public static Optional<Graph.Node> of(Graph graph) {
    int outputs = graph.output().elements();
    Graph.Node node = graph.nodes().getLast();
    while (true) {
      if (node.layer() instanceof Dense dense) {
        return dense.outputs() == outputs ? Optional.of(node) : Optional.empty();
      }
      if (node.layer() instanceof Conv2d conv) {
        return conv.filters() == outputs && conv.groups() == 1
            ? Optional.of(node)
            : Optional.empty();
      }
      boolean isPassed =
          node.inputs().size() == 1 && node.layer().parameters(graph.inputShapes(node)).isEmpty();
      Optional<Graph.Node> before =
          isPassed ? named(graph, node.inputs().getFirst()) : Optional.empty();
      if (before.isEmpty()) {
        return Optional.empty();
      }
      node = before.get();
    }
  }

  /**
   * The node of a dense output layer, which transfer learning replaces.
   *
   * @throws IllegalArgumentException if the last layer with weights is of another kind
   */
  static Graph.Node dense(Graph graph) {
    return of(graph)
        .filter(node -> node.layer() instanceof Dense)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "transfer: the last layer with weights must be a dense layer with one output a class, got a network that ends with %s; give another backbone"
                        .formatted(graph.nodes().getLast().name())));
  }

  /** The network up to what its dense output layer reads. */
  static Network below(Network network) {
    return network.features(dense(network.graph()).inputs().getFirst());
  }

  static void divide(Network network, double by) {
    String layer = dense(network.graph()).name() + ".";
    Weights old = network.weights();
    Map<String, float[]> values = new HashMap<>();
    for (String name : old.names()) {
      float[] own = old.values(name).clone();
      for (int i = 0; name.startsWith(layer) && i < own.length; i++) {
        own[i] = (float) (own[i] / by);
      }
      values.put(name, own);
    }
    network.publish(Weights.owning(network.graph(), values));
  }

  private static Optional<Graph.Node> named(Graph graph, String name) {
    return graph.nodes().stream().filter(node -> node.name().equals(name)).findFirst();
  }

  /**
   * The nodes of the graph, with this number of outputs in the layer.
   *
   * @param output the node that {@link #of} has found
   */
  public static List<Graph.Node> resized(Graph graph, Graph.Node output, int classes) {
    List<Graph.Node> nodes = new ArrayList<>();
    for (Graph.Node node : graph.nodes()) {
      nodes.add(
          node.name().equals(output.name())
              ? new Graph.Node(node.name(), resized(node.layer(), classes), node.inputs())
              : node);
    }
    return nodes;
  }

  private static Layer resized(Layer layer, int classes) {
    return switch (layer) {
      case Dense dense -> new Dense(classes, dense.bias());
      case Conv2d conv -> new Conv2d(classes, conv.window(), conv.groups(), conv.bias());
      default -> throw new IllegalStateException("output layer: expected dense or conv2d");
    };
  }
}

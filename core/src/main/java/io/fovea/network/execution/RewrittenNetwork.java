package io.fovea.network.execution;

import io.fovea.layer.Layer;
import io.fovea.network.Graph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A network from which some nodes are removed, while other nodes get layers that compute them. */
abstract class RewrittenNetwork {
  final Graph graph;
  final Map<String, Integer> readers = new HashMap<>();
  final Map<String, Graph.Node> nodes = new HashMap<>();

  /** Removed nodes, and the nodes whose values are read instead. */
  final Map<String, String> stands = new HashMap<>();

  RewrittenNetwork(Graph graph) {
    this.graph = graph;
    for (Graph.Node node : graph.nodes()) {
      node.inputs().forEach(input -> readers.merge(input, 1, Integer::sum));
      nodes.put(node.name(), node);
    }
  }

  /** The layer that a node gets; null where it stays. */
  abstract @Nullable Layer replaced(Graph.Node node);

  /** Computes the weights of a replaced layer into {@code values}. */
  abstract void weights(
      Graph.Node node, Function<String, float[]> own, Map<String, float[]> values);

  Graph rewritten() {
    List<Graph.Node> kept = new ArrayList<>();
    for (Graph.Node node : graph.nodes()) {
      if (!stands.containsKey(node.name())) {
        Layer layer = replaced(node);
        List<String> inputs =
            node.inputs().stream().map(name -> stands.getOrDefault(name, name)).toList();
        kept.add(new Graph.Node(node.name(), layer == null ? node.layer() : layer, inputs));
      }
    }
    return Graph.of(graph.input(), kept);
  }

  /**
   * The weights of the rewritten graph, by name. Those of replaced layers are computed when they
   * are asked for, and only one layer's are kept, so that a large network is not held twice.
   */
  Function<String, float[]> weights(Function<String, float[]> own) {
    Map<String, float[]> last = new HashMap<>();
    return name -> {
      Graph.Node node = nodes.get(name.substring(0, name.lastIndexOf('.')));
      if (node == null || replaced(node) == null) {
        return own.apply(name);
      }
      float[] there = last.get(name);
      if (there == null) {
        last.clear();
        weights(node, own, last);
      }
      return there == null ? last.get(name) : there;
    };
  }
}

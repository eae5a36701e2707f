package io.fovea.network.execution;

import io.fovea.layer.Layer;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  /** The layer that a node gets, whose weights go to {@code values}; null where it stays. */
  abstract @Nullable Layer replaced(Graph.Node node, Weights weights, Map<String, float[]> values);

  /** A network with the same input, preprocessing and labels, which shares all other weights. */
  Network rewritten(Network network) {
    Weights own = network.weights();
    List<Graph.Node> kept = new ArrayList<>();
    Map<String, float[]> values = new HashMap<>();
    for (Graph.Node node : graph.nodes()) {
      if (!stands.containsKey(node.name())) {
        Layer layer = replaced(node, own, values);
        List<String> inputs =
            node.inputs().stream().map(name -> stands.getOrDefault(name, name)).toList();
        kept.add(new Graph.Node(node.name(), layer == null ? node.layer() : layer, inputs));
      }
    }
    Graph other = Graph.of(graph.input(), kept);
    for (Graph.Weight weight : other.weights()) {
      values.computeIfAbsent(weight.name(), own::shared);
    }
    return Network.of(
        other, Weights.owning(other, values), network.preprocessing(), network.labels());
  }
}

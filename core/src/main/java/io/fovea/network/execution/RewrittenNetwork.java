package io.fovea.network.execution;

import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The result of a rewrite rule such as {@link BatchNormFolding}. */
final class RewrittenNetwork {
  private RewrittenNetwork() {}

  /**
   * A network with the given nodes and the same input, preprocessing and labels. Weights that are
   * not given are shared with the original.
   */
  static Network of(Network network, List<Graph.Node> nodes, Map<String, float[]> given) {
    Weights own = network.weights();
    Graph graph = Graph.of(network.graph().input(), nodes);
    Map<String, float[]> values = new HashMap<>(given);
    for (Graph.Weight weight : graph.weights()) {
      values.computeIfAbsent(weight.name(), own::shared);
    }
    return Network.of(
        graph, Weights.owning(graph, values), network.preprocessing(), network.labels());
  }
}

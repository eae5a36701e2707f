package io.fovea.network.execution;

import io.fovea.layer.Dropout;
import io.fovea.layer.Dropout2d;
import io.fovea.layer.Layer;
import io.fovea.network.Graph;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The first nodes of a graph, if training computes them as inference does: their parameters are
 * frozen, nothing in them is random, and one value alone leads from them to the rest. That value is
 * then an input of the rest: the nodes before it need no stored activations, and their batch
 * normalisations may be folded.
 *
 * @param count the number of nodes; 0 if there are none
 * @param output the name of the node whose value leads to the rest; {@link Graph#INPUT} if none
 */
public record FrozenPrefix(int count, String output) {
  public static final FrozenPrefix NONE = new FrozenPrefix(0, Graph.INPUT);

  /**
   * The longest prefix.
   *
   * @param frozen the names of nodes whose parameters are all frozen
   */
  public static FrozenPrefix of(Graph graph, Set<String> frozen) {
    List<Graph.Node> nodes = graph.nodes();
    Plan plan = new Plan(graph);
    int still = 0;
    while (still < nodes.size() && isFixed(graph, nodes.get(still), frozen)) {
      still++;
    }
    for (int count = Math.min(still, nodes.size() - 1); count > 0; count--) {
      boolean computes =
          nodes.subList(0, count).stream().anyMatch(node -> frozen.contains(node.name()));
      if (computes && isSeparate(plan, nodes.size(), count)) {
        return new FrozenPrefix(count, nodes.get(count - 1).name());
      }
    }
    return NONE;
  }

  private static boolean isFixed(Graph graph, Graph.Node node, Set<String> frozen) {
    Layer layer = node.layer();
    boolean random = layer instanceof Dropout || layer instanceof Dropout2d;
    return frozen.contains(node.name())
        || (!random
            && !(layer instanceof Layer.Custom)
            && layer.parameters(graph.inputShapes(node)).isEmpty());
  }

  /** Whether the nodes from {@code count} on read, of all before, the last one's value alone. */
  private static boolean isSeparate(Plan plan, int nodes, int count) {
    for (int k = count; k < nodes; k++) {
      if (Arrays.stream(plan.inputs(k)).anyMatch(input -> input < count)) {
        return false;
      }
    }
    return true;
  }
}

package io.fovea.network;

import io.fovea.layer.Conv2d;
import io.fovea.layer.Relu;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a walk through a graph needs to know of it, found out once: where the inputs of each node
 * come from, which ReLUs may be computed inside the convolution before them, and which values may
 * share memory.
 */
final class Plan {
  private final int[][] inputs;
  private final boolean[] hasParameters;
  private final boolean[] rectified;
  private final boolean[] absorbed;
  private final Slots slots;

  Plan(Graph graph) {
    List<Graph.Node> nodes = graph.nodes();
    this.inputs = new int[nodes.size()][];
    this.hasParameters = new boolean[nodes.size()];
    this.rectified = new boolean[nodes.size()];
    this.absorbed = new boolean[nodes.size()];
    Map<String, Integer> places = new HashMap<>(Map.of(Graph.INPUT, 0));
    int[] readers = new int[nodes.size() + 1];
    for (int k = 0; k < inputs.length; k++) {
      Graph.Node node = nodes.get(k);
      inputs[k] = node.inputs().stream().mapToInt(places::get).toArray();
      for (int input : inputs[k]) {
        readers[input]++;
      }
      hasParameters[k] =
          node.layer().parameters(graph.inputShapes(node)).stream()
              .anyMatch(parameter -> parameter.role().isTrained());
      places.put(node.name(), k + 1);
    }
    for (int k = 0; k < inputs.length; k++) {
      int before = inputs[k][0] - 1;
      if (nodes.get(k).layer() instanceof Relu
          && before >= 0
          && nodes.get(before).layer() instanceof Conv2d
          && readers[before + 1] == 1) {
        rectified[before] = true;
        absorbed[k] = true;
      }
    }
    this.slots = new Slots(graph, this);
  }

  /** Where values lie that need not be kept. */
  Slots slots() {
    return slots;
  }

  /** Where the inputs of node k come from: 0 is the network's input, i + 1 is node i. */
  int[] inputs(int k) {
    return inputs[k];
  }

  /** Whether node k has parameters that are trained. */
  boolean hasParameters(int k) {
    return hasParameters[k];
  }

  /** Whether node k is a convolution that only a ReLU reads. */
  boolean isRectified(int k) {
    return rectified[k];
  }

  /** Whether node k is that ReLU. */
  boolean isAbsorbed(int k) {
    return absorbed[k];
  }
}

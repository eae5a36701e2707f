package io.fovea.network.execution;

import io.fovea.layer.Conv2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Flatten;
import io.fovea.layer.Layer;
import io.fovea.layer.Relu;
import io.fovea.network.Graph;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a walk through a graph needs to know of it, found out once: where the inputs of each node
 * come from, what is computed inside the layer before it ({@link RewriteRules}), and which values
 * may share memory.
 */
final class Plan {
  /** No node. */
  static final int NONE = -1;

  /** Weights that are many: a quarter of what a core's own cache holds. */
  private static final int HEAVY = 1 << 16;

  private final int[][] inputs;
  private final boolean[] hasParameters;
  private final boolean[] ownsInput;
  private final FusionGroup[] training;
  private final FusionGroup[] answers;
  private final BufferPlan buffers;
  private final int cut;

  Plan(Graph graph) {
    List<Graph.Node> nodes = graph.nodes();
    this.inputs = new int[nodes.size()][];
    this.hasParameters = new boolean[nodes.size()];
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
    this.training = RewriteRules.groups(graph, inputs, readers, false);
    this.answers = RewriteRules.groups(graph, inputs, readers, true);
    this.ownsInput = new boolean[nodes.size()];
    for (int k = 0; k < inputs.length; k++) {
      Layer layer = nodes.get(k).layer();
      ownsInput[k] =
          (layer instanceof Dense && comesFromConvolution(nodes, readers, k))
              || (layer instanceof Conv2d && comesFromRelu(nodes, readers, k));
    }
    this.buffers = new BufferPlan(graph, this);
    this.cut = cut(graph);
  }

  /**
   * Whether what node k reads is a convolution's own output, which that convolution's way back does
   * not read (a ReLU's would), and which nobody else reads.
   */
  private boolean comesFromConvolution(List<Graph.Node> nodes, int[] readers, int k) {
    int place = inputs[k][0];
    while (place > 0 && readers[place] == 1 && nodes.get(place - 1).layer() instanceof Flatten) {
      place = inputs[place - 1][0];
    }
    return place > 0
        && readers[place] == 1
        && nodes.get(place - 1).layer() instanceof Conv2d
        && training[place - 1].activation == NONE;
  }

  /**
   * The first dense layer with many weights, if nothing from there on reads a value from before
   * what it reads itself.
   */
  private int cut(Graph graph) {
    int first = NONE;
    for (int k = inputs.length - 1; k > 0; k--) {
      Graph.Node node = graph.nodes().get(k);
      boolean heavy =
          node.layer() instanceof Dense dense
              && (long) dense.outputs() * graph.inputShapes(node).getFirst().elements() >= HEAVY;
      first = heavy && inputs[k][0] == k ? k : first;
    }
    for (int k = first + 1; first != NONE && k < inputs.length; k++) {
      if (Arrays.stream(inputs[k]).min().getAsInt() <= first) {
        return NONE;
      }
    }
    return first;
  }

  /** Whether node k alone reads what a ReLU has made: see {@link NodeContext#ownsInput}. */
  private boolean comesFromRelu(List<Graph.Node> nodes, int[] readers, int k) {
    int place = inputs[k][0];
    return place > 0 && readers[place] == 1 && nodes.get(place - 1).layer() instanceof Relu;
  }

  /**
   * The group of node k in passes that are for their answer alone, or in training.
   *
   * @return of a concatenation, the group of the first convolution that writes to it
   */
  FusionGroup group(int k, boolean forAnswer) {
    return forAnswer ? answers[k] : training[k];
  }

  /** The buffers of an inference pass. */
  BufferPlan buffers() {
    return buffers;
  }

  /**
   * The first dense layer with many weights, where the network can be cut in two before it, or
   * {@link #NONE}.
   */
  int cut() {
    return cut;
  }

  /** Whether node k may write the gradient of its input over the input, in training. */
  boolean ownsInput(int k) {
    return ownsInput[k];
  }

  /** Where the inputs of node k come from: 0 is the network's input, i + 1 is node i. */
  int[] inputs(int k) {
    return inputs[k];
  }

  /** Whether node k has parameters that are trained. */
  boolean hasParameters(int k) {
    return hasParameters[k];
  }
}

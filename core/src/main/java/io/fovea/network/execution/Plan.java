package io.fovea.network.execution;

import io.fovea.layer.ActivationLayer;
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
 * The facts about a graph that every pass needs, computed once: the inputs of each node, the groups
 * of fused nodes ({@link FusionRule}), and the values that may share memory.
 */
final class Plan {
  /** No node. */
  static final int NONE = -1;

  /** From this number of weights on a layer is heavy: a quarter of a core's own cache. */
  private static final int HEAVY = 1 << 16;

  private final int[][] inputs;
  private final boolean[] hasParameters;
  private final boolean[] ownsInput;
  private final boolean[] gatesInput;
  private final FusionGroup[] training;
  private final FusionGroup[] inference;
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
    // All readers are counted by now: a value with a second reader is not fused away.
    this.training = FusionRule.groups(graph, inputs, readers, false);
    this.inference = FusionRule.groups(graph, inputs, readers, true);
    this.ownsInput = new boolean[nodes.size()];
    this.gatesInput = new boolean[nodes.size()];
    for (int k = 0; k < inputs.length; k++) {
      Layer layer = nodes.get(k).layer();
      // dx may go over x where the layer before does not read its output backward (decision 10).
      ownsInput[k] =
          layer instanceof Conv2d
              ? comesFromActivation(nodes, readers, k)
              : (layer instanceof Dense || isAlone(layer, k))
                  && comesFromConvolution(nodes, readers, k);
      gatesInput[k] = inputs[k][0] > 0 && nodes.get(inputs[k][0] - 1).layer() instanceof Relu;
    }
    this.cut = cut(graph); // before the buffers, which keep its two sides apart
    this.buffers = new BufferPlan(graph, this);
  }

  /**
   * Whether the input of node k is the output of a convolution without a fused ReLU, which the
   * convolution's backward pass does not read, and has no other reader.
   */
  private boolean comesFromConvolution(List<Graph.Node> nodes, int[] readers, int k) {
    int value = inputs[k][0];
    while (value > 0 && readers[value] == 1 && nodes.get(value - 1).layer() instanceof Flatten) {
      value = inputs[value - 1][0];
    }
    return value > 0
        && readers[value] == 1
        && nodes.get(value - 1).layer() instanceof Conv2d
        && training[value - 1].activation == NONE;
  }

  /** The first heavy dense layer, if no node from there on reads a value from before its input. */
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

  /**
   * Whether node k is the only reader of the output of a ReLU, or of an activation whose backward
   * pass reads its input alone: see {@link NodeContext#ownsInput}.
   */
  private boolean comesFromActivation(List<Graph.Node> nodes, int[] readers, int k) {
    int value = inputs[k][0];
    if (value == 0 || readers[value] != 1) {
      return false;
    }
    Layer before = nodes.get(value - 1).layer();
    return before instanceof Relu || isAlone(before, value - 1);
  }

  /** Whether node k is an activation but a ReLU, and no other node computes it in training. */
  private boolean isAlone(Layer layer, int k) {
    return layer instanceof ActivationLayer && !(layer instanceof Relu) && training[k].head == k;
  }

  /**
   * The group of node k, at inference or in training.
   *
   * @return the group; for a concatenation that of the first convolution that writes to it
   */
  FusionGroup group(int k, boolean forInference) {
    return forInference ? inference[k] : training[k];
  }

  BufferPlan buffers() {
    return buffers;
  }

  /** The first heavy dense layer, if the network can be cut in two before it, or {@link #NONE}. */
  int cut() {
    return cut;
  }

  /** Whether node k may write the gradient of its input over the input, in training. */
  boolean ownsInput(int k) {
    return ownsInput[k];
  }

  boolean gatesInput(int k) {
    return gatesInput[k];
  }

  /** The inputs of node k as numbers of values: 0 is the network's input, i + 1 is node i. */
  int[] inputs(int k) {
    return inputs[k];
  }

  boolean hasParameters(int k) {
    return hasParameters[k];
  }
}

package io.fovea.network;

import io.fovea.layer.Step;
import io.fovea.layer.Workspace;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One pass through a graph: the value of every node, and the way back. The values belong to the
 * workspace and are valid until its next pass.
 *
 * <p>Going back visits the steps in reverse order; the gradients of a value that several nodes use
 * are added. Parameter gradients land in the workspace's nodes.
 */
public final class Tape {
  private final Graph graph;
  private final Workspace workspace;
  private final Map<String, Tensor> values = new HashMap<>();
  private final Map<String, Tensor> gradients = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();

  private Tape(Graph graph, Workspace workspace) {
    this.graph = graph;
    this.workspace = workspace;
  }

  /**
   * Runs the network forward. The caller has begun the pass with {@link Workspace#beginTraining} or
   * {@link Workspace#beginInference}.
   *
   * @throws IllegalArgumentException if x has not the graph's input shape
   */
  public static Tape forward(Graph graph, PackedWeights weights, Workspace workspace, Tensor x) {
    return forward(graph, weights, workspace, x, false);
  }

  /**
   * As above; {@code withInputGradient} lets {@link #backward} go on to the gradient of the input
   * itself.
   */
  public static Tape forward(
      Graph graph,
      PackedWeights weights,
      Workspace workspace,
      Tensor x,
      boolean withInputGradient) {
    if (!x.shape().equals(graph.input())) {
      throw new IllegalArgumentException(
          "network: expects inputs of %s, got %s".formatted(graph.input(), x.shape()));
    }
    workspace.takePass();
    Tape tape = new Tape(graph, workspace);
    tape.values.put(Graph.INPUT, x);
    Set<String> trained = new HashSet<>();
    if (withInputGradient) {
      trained.add(Graph.INPUT);
    }
    for (Graph.Node node : graph.nodes()) {
      List<Tensor> inputs = new ArrayList<>(node.inputs().size());
      boolean trainedBefore = false;
      for (String name : node.inputs()) {
        inputs.add(tape.value(name));
        trainedBefore |= trained.contains(name);
      }
      Workspace.Node place = workspace.node(node.name());
      place.needsInputGradient(trainedBefore);
      if (trainedBefore || !node.layer().parameters(graph.inputShapes(node)).isEmpty()) {
        trained.add(node.name());
      }
      Step step = node.layer().forward(inputs, weights.node(node.name()), place);
      tape.steps.add(step);
      tape.values.put(node.name(), step.output());
    }
    return tape;
  }

  /** The value of a node, or of {@link Graph#INPUT}. */
  public Tensor value(String node) {
    Tensor value = values.get(node);
    if (value == null) {
      throw new IllegalArgumentException("network: no node named \"" + node + "\"");
    }
    return value;
  }

  /** The network's output. */
  public Tensor output() {
    return steps.getLast().output();
  }

  /**
   * Runs the network backward.
   *
   * @param dOutput the gradient of the loss with respect to the output
   * @throws IllegalStateException if the workspace has run another pass since
   */
  public void backward(Tensor dOutput) {
    gradients.clear();
    gradients.put(graph.nodes().getLast().name(), dOutput);
    for (int k = graph.nodes().size() - 1; k >= 0; k--) {
      Graph.Node node = graph.nodes().get(k);
      Tensor dy = gradients.get(node.name());
      if (dy == null) {
        continue; // nothing trained lies on any way from here to the loss
      }
      List<Tensor> inputGradients = steps.get(k).backward(dy);
      for (int i = 0; i < inputGradients.size(); i++) {
        addGradient(node.inputs().get(i), inputGradients.get(i));
      }
    }
  }

  /**
   * The gradient of a node's value that the last {@link #backward} computed.
   *
   * @throws IllegalStateException if it computed none
   */
  public Tensor gradient(String node) {
    Tensor gradient = gradients.get(node);
    if (gradient == null) {
      throw new IllegalStateException(
          node
              + ": has no gradient; run backward first, and ask for the input's gradient if that is meant");
    }
    return gradient;
  }

  private void addGradient(String node, Tensor gradient) {
    Tensor before = gradients.putIfAbsent(node, gradient);
    if (before == null) {
      return;
    }
    // Never in place: a gradient may be shared, as Add hands the same one to all its inputs.
    Tensor sum = workspace.node(node).tensor("gradient sum", gradient.shape(), gradient.count());
    int elements = sum.elements();
    for (int i = 0; i < elements; i++) {
      sum.array()[sum.offset() + i] =
          before.array()[before.offset() + i] + gradient.array()[gradient.offset() + i];
    }
    gradients.put(node, sum);
  }
}

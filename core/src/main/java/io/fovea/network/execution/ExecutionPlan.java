package io.fovea.network.execution;

import io.fovea.network.Graph;
import java.util.ArrayList;
import java.util.List;

/**
 * The plan of a pass through a network, for display: the groups of fused nodes in order, and the
 * memory of their values.
 *
 * @param passes the names of the nodes of each group, the first of which computes all of them
 * @param folded nodes that are folded into the weights of others
 * @param buffers the number of shared buffers; 0 where each value has its own, as in training
 * @param floats the floats of these buffers for one image
 */
public record ExecutionPlan(
    List<List<String>> passes, List<String> folded, int buffers, long floats) {

  /** The plan of training, which keeps every value that the backward pass reads. */
  public static ExecutionPlan training(Graph graph) {
    return new ExecutionPlan(passes(graph, new Plan(graph), false), List.of(), 0, 0);
  }

  /** The plan of inference, as {@code Classifier} computes it. */
  public static ExecutionPlan inference(Graph original) {
    Graph graph = ComputedNetwork.of(original, true);
    Plan plan = new Plan(graph);
    List<String> kept = graph.nodes().stream().map(Graph.Node::name).toList();
    List<String> folded =
        original.nodes().stream()
            .map(Graph.Node::name)
            .filter(name -> !kept.contains(name))
            .toList();
    return new ExecutionPlan(
        passes(graph, plan, true), folded, plan.buffers().count(), plan.buffers().elements());
  }

  private static List<List<String>> passes(Graph graph, Plan plan, boolean forInference) {
    List<List<String>> passes = new ArrayList<>();
    for (int k = 0; k < graph.nodes().size(); k++) {
      FusionGroup group = plan.group(k, forInference);
      if (group.head == k) {
        passes.add(group.nodes().stream().map(node -> graph.nodes().get(node).name()).toList());
      }
    }
    return passes;
  }
}

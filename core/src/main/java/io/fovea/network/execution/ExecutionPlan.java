package io.fovea.network.execution;

import io.fovea.network.Graph;
import io.fovea.network.Network;
import java.util.ArrayList;
import java.util.List;

/**
 * How a pass through a network goes, for people to read: which nodes are computed together, in
 * order, and what memory their values take.
 *
 * @param passes the names of the nodes of each pass over memory: the first computes all of them
 * @param folded nodes that are computed in the weights of others
 * @param buffers places for values; 0 where each value has its own, as in training
 * @param floats what these places hold for one image
 */
public record ExecutionPlan(
    List<List<String>> passes, List<String> folded, int buffers, long floats) {

  /** Of training: every value that the way back reads is kept. */
  public static ExecutionPlan training(Graph graph) {
    return new ExecutionPlan(passes(graph, new Plan(graph), false), List.of(), 0, 0);
  }

  /** Of answers, as {@code Classifier} computes them. */
  public static ExecutionPlan answers(Network network) {
    Graph graph = ConvDenseFusion.of(BatchNormFolding.of(network)).graph();
    Plan plan = new Plan(graph);
    List<String> kept = graph.nodes().stream().map(Graph.Node::name).toList();
    List<String> folded =
        network.graph().nodes().stream()
            .map(Graph.Node::name)
            .filter(name -> !kept.contains(name))
            .toList();
    return new ExecutionPlan(
        passes(graph, plan, true), folded, plan.buffers().count(), plan.buffers().elements());
  }

  private static List<List<String>> passes(Graph graph, Plan plan, boolean forAnswers) {
    List<List<String>> passes = new ArrayList<>();
    for (int k = 0; k < graph.nodes().size(); k++) {
      FusionGroup group = plan.group(k, forAnswers);
      if (group.head == k) {
        passes.add(group.nodes().stream().map(node -> graph.nodes().get(node).name()).toList());
      }
    }
    return passes;
  }
}

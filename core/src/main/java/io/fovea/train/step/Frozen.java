package io.fovea.train.step;

import io.fovea.network.Graph;
import io.fovea.network.NamePattern;
import io.fovea.network.RefusedException;
import io.fovea.network.execution.Workspace;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The parameters that a run does not train, and the nodes with no trained parameter: these compute
 * as at inference, and have no gradients.
 *
 * @param weights full names of frozen parameters
 * @param nodes names of the nodes whose parameters are all frozen; their buffers are frozen too
 */
public record Frozen(Set<String> weights, Set<String> nodes) {
  /**
   * The parameters that match the patterns.
   *
   * @throws IllegalArgumentException if a pattern matches nothing, or nothing is left to train
   */
  public static Frozen of(Graph graph, List<NamePattern> patterns) {
    List<Graph.Weight> trained =
        graph.weights().stream().filter(weight -> weight.parameter().role().isTrained()).toList();
    for (NamePattern pattern : patterns) {
      if (trained.stream().noneMatch(weight -> pattern.matches(weight.name()))) {
        throw new RefusedException(
            "train: freeze",
            "the pattern \"%s\" matches no weight; there are %s"
                .formatted(pattern.text(), trained.stream().map(Graph.Weight::name).toList()),
            "");
      }
    }
    Set<String> weights = new LinkedHashSet<>();
    Set<String> free = new LinkedHashSet<>();
    for (Graph.Weight weight : trained) {
      if (patterns.stream().anyMatch(pattern -> pattern.matches(weight.name()))) {
        weights.add(weight.name());
      } else {
        free.add(weight.node().name());
      }
    }
    if (free.isEmpty() && !patterns.isEmpty()) {
      throw new RefusedException(
          "train: freeze",
          "%s leaves nothing to train".formatted(patterns.stream().map(NamePattern::text).toList()),
          "freeze less");
    }
    Set<String> nodes =
        trained.stream()
            .map(weight -> weight.node().name())
            .filter(node -> !free.contains(node))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    return new Frozen(weights, nodes);
  }

  public void apply(Workspace workspace) {
    nodes.forEach(node -> workspace.node(node).freeze());
  }
}

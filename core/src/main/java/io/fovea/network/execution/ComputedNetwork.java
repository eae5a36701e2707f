package io.fovea.network.execution;

import io.fovea.network.Graph;
import io.fovea.network.Network;
import java.util.function.Function;

/**
 * What a classifier computes in place of a network: layers are folded into others, to the same
 * outputs except for rounding.
 *
 * @param graph its structure
 * @param weights its weights by name, in logical order; those of changed layers are computed when
 *     they are asked for, so that they never exist all at once
 */
public record ComputedNetwork(Graph graph, Function<String, float[]> weights) {
  /**
   * The network for inference.
   *
   * @param fuses whether convolutions become part of dense layers, as with the fast kernels
   */
  public static ComputedNetwork of(Network network, boolean fuses) {
    BatchNormFolding folding = new BatchNormFolding(network.graph());
    ComputedNetwork folded =
        new ComputedNetwork(folding.rewritten(), folding.weights(network.weights()::shared));
    return fuses ? folded.fused() : folded;
  }

  private ComputedNetwork fused() {
    ConvDenseFusion fusion = new ConvDenseFusion(graph);
    if (!fusion.isUseful()) {
      return this;
    }
    return new ComputedNetwork(fusion.rewritten(), fusion.weights(weights)).fused();
  }

  public static Graph of(Graph graph, boolean fuses) {
    Graph folded = new BatchNormFolding(graph).rewritten();
    return fuses ? fused(folded) : folded;
  }

  private static Graph fused(Graph graph) {
    ConvDenseFusion fusion = new ConvDenseFusion(graph);
    return fusion.isUseful() ? fused(fusion.rewritten()) : graph;
  }
}

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
    return of(network.graph(), network.weights()::shared, fuses);
  }

  /** Its structure alone: no weight is asked for. */
  public static Graph of(Graph graph, boolean fuses) {
    return of(graph, name -> new float[0], fuses).graph;
  }

  private static ComputedNetwork of(Graph graph, Function<String, float[]> weights, boolean fuses) {
    BatchNormFolding folding = new BatchNormFolding(graph);
    ComputedNetwork folded = new ComputedNetwork(folding.rewritten(), folding.weights(weights));
    return fuses ? folded.fused() : folded;
  }

  private ComputedNetwork fused() {
    ConvDenseFusion fusion = new ConvDenseFusion(graph);
    if (!fusion.isUseful()) {
      return this;
    }
    return new ComputedNetwork(fusion.rewritten(), fusion.weights(weights)).fused();
  }
}

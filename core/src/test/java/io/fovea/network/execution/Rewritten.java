package io.fovea.network.execution;

import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Networks as a rewriting leaves them, with all their weights; the same one where it does nothing.
 */
final class Rewritten {
  private Rewritten() {}

  static Network folded(Network network) {
    return by(new BatchNormFolding(network.graph()), network);
  }

  /**
   * Fused until nothing is left: what is before the convolution is then read by the dense layer.
   */
  static Network fused(Network network) {
    Network once = by(new ConvDenseFusion(network.graph()), network);
    return once == network ? network : fused(once);
  }

  private static Network by(RewrittenNetwork rewriting, Network network) {
    if (rewriting.stands.isEmpty()) {
      return network;
    }
    Function<String, float[]> weights = rewriting.weights(network.weights()::shared);
    Map<String, float[]> values = new HashMap<>();
    Graph other = rewriting.rewritten();
    for (Graph.Weight weight : other.weights()) {
      values.put(weight.name(), weights.apply(weight.name()));
    }
    return Network.of(
        other, Weights.owning(other, values), network.preprocessing(), network.labels());
  }
}

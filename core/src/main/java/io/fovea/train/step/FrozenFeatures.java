package io.fovea.train.step;

import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.execution.FrozenPrefix;
import io.fovea.tensor.Tensor;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The frozen beginning of a network in training, computed as inference computes it: batch
 * normalisations are folded, activations give their memory to later ones, and a worker takes as
 * many images at a time as its cache holds.
 */
public record FrozenFeatures(FrozenPrefix prefix, Classifier classifier) implements AutoCloseable {
  /**
   * The longest such beginning.
   *
   * @param frozen the names of nodes whose parameters are all frozen
   * @return null if there is none
   */
  public static @Nullable FrozenFeatures of(
      Network network, Weights weights, Set<String> frozen, int threads, KernelSet kernels) {
    FrozenPrefix prefix = FrozenPrefix.of(network.graph(), frozen);
    if (prefix.count() == 0) {
      return null;
    }
    Network start = network.copy();
    start.publish(weights);
    Network cut = start.features(prefix.output());
    return new FrozenFeatures(prefix, Classifier.of(cut, threads, kernels));
  }

  /** The value that leads from the prefix to the rest of the network. */
  public Tensor outputs(Tensor x) {
    return classifier.outputs(x);
  }

  @Override
  public void close() {
    classifier.close();
  }
}

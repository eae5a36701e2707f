package io.fovea.dataset;

import io.fovea.tensor.Tensor;

/**
 * Some images of a data set, ready for the network: scaled inputs and what the network shall
 * answer. The arrays are reused from batch to batch; who wants to keep them copies.
 */
public final class Batch {
  private final Tensor x;
  private final Targets targets;

  /** A batch over the given memory. */
  public Batch(Tensor x, Targets targets) {
    this.x = x;
    this.targets = targets;
  }

  /** The inputs (N, C, H, W), after preprocessing. */
  public Tensor x() {
    return x;
  }

  /** What the network shall answer: not a copy. */
  public Targets targets() {
    return targets;
  }
}

package io.fovea.dataset;

import io.fovea.tensor.Tensor;

/**
 * Some images of a data set, ready for the network: scaled inputs and their labels. The arrays are
 * reused from batch to batch; who wants to keep them copies.
 */
public final class Batch {
  private final Tensor x;
  private final int[] labels;

  /** A batch over the given memory. */
  public Batch(Tensor x, int[] labels) {
    this.x = x;
    this.labels = labels;
  }

  /** The inputs (N, C, H, W), after preprocessing. */
  public Tensor x() {
    return x;
  }

  /** The N labels: not a copy, and more entries may follow, from a larger batch before. */
  public int[] labels() {
    return labels;
  }
}

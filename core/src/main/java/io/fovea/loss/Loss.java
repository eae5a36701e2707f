package io.fovea.loss;

import io.fovea.tensor.Tensor;

/** A loss: the mean over the images of a batch, and the first gradient of the backward pass. */
public interface Loss {
  /** The name and options, for messages and files. */
  String name();

  /**
   * The mean loss; fills the gradient of that mean.
   *
   * @param dLogits receives d loss / d logits, of the logits' shape
   * @param logits the network's output (N, K)
   * @param labels the N labels (more entries may follow)
   */
  double value(Tensor dLogits, Tensor logits, int[] labels);
}

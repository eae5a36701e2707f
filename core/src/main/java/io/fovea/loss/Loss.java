package io.fovea.loss;

import io.fovea.dataset.Targets;
import io.fovea.tensor.Tensor;

/**
 * A loss: the mean over the images of a batch, and the first gradient of the backward pass.
 * User-defined losses implement this interface.
 */
public interface Loss {
  /** The name and options, for messages and files. */
  String name();

  /**
   * The mean loss; fills the gradient of that mean.
   *
   * @param dLogits receives d loss / d logits, of the logits' shape
   * @param logits the network's output (N, K)
   * @param targets the targets of the N outputs
   */
  double value(Tensor dLogits, Tensor logits, Targets targets);

  /** As above, for images of one class each. */
  default double value(Tensor dLogits, Tensor logits, int... labels) {
    return value(dLogits, logits, Targets.of(labels, logits.count(), logits.shape().elements()));
  }

  /**
   * The loss for validation and test images: this one, without parts that only help training, such
   * as label smoothing.
   */
  default Loss judge() {
    return this;
  }

  /**
   * The divisor of a batch's mean, which is its weight when the gradients of several batches are
   * accumulated into one update. The number of images, unless the loss weights them.
   */
  default double divisor(Targets targets) {
    return targets.count();
  }
}

package io.fovea.loss;

import io.fovea.dataset.Targets;
import io.fovea.tensor.Tensor;

/**
 * A loss: the mean over the images of a batch, and the first gradient of the backward pass. Write
 * your own where none of this package's suits.
 */
public interface Loss {
  /** The name and options, for messages and files. */
  String name();

  /**
   * The mean loss; fills the gradient of that mean.
   *
   * @param dLogits receives d loss / d logits, of the logits' shape
   * @param logits the network's output (N, K)
   * @param targets what the N outputs should have been
   */
  double value(Tensor dLogits, Tensor logits, Targets targets);

  /** As above, for images of one class each. */
  default double value(Tensor dLogits, Tensor logits, int... labels) {
    return value(dLogits, logits, Targets.of(labels, logits.count(), logits.shape().elements()));
  }

  /**
   * The loss by which images are judged that are not learnt from: this one, without what only helps
   * learning, such as label smoothing.
   */
  default Loss judge() {
    return this;
  }

  /**
   * What the mean of a batch divides by: how much the batch counts beside others whose gradients
   * are accumulated into one update. The number of images, unless the loss weighs them.
   */
  default double divisor(Targets targets) {
    return targets.count();
  }
}

package io.fovea.loss;

import io.fovea.dataset.Targets;
import io.fovea.kernel.reference.ReferenceSquaredError;
import io.fovea.tensor.Tensor;

/**
 * The mean squared error over N images and K outputs, PyTorch's MSELoss:
 *
 * <pre>
 * loss = sum over n, k of (z - t)^2 / (N * K)
 * dz = 2 * (z - t) / (N * K)
 * </pre>
 *
 * The outputs are taken as they are, without softmax.
 */
public record MeanSquaredError() implements Loss {
  @Override
  public String name() {
    return "mean squared error";
  }

  @Override
  public double value(Tensor dLogits, Tensor logits, Targets targets) {
    double divisor = (double) logits.count() * logits.shape().elements();
    return ByImage.mean(dLogits, logits, targets, divisor, ReferenceSquaredError::loss);
  }
}

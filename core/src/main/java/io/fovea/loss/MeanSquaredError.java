package io.fovea.loss;

import io.fovea.dataset.Targets;
import io.fovea.tensor.Tensor;

/**
 * The mean squared error over N images and K outputs, PyTorch's MSELoss:
 *
 * <pre>
 * loss = sum over n, k of (z - t)^2 / (N * K)
 * dz = 2 * (z - t) / (N * K)
 * </pre>
 *
 * The outputs are compared without softmax.
 */
public record MeanSquaredError() implements Loss {
  @Override
  public String name() {
    return "mean squared error";
  }

  @Override
  public double value(Tensor dLogits, Tensor logits, Targets targets) {
    double divisor = (double) logits.count() * logits.shape().elements();
    return ByImage.mean(dLogits, logits, targets, divisor, MeanSquaredError::image);
  }

  /** The sum over one image's outputs; fills dz, unscaled. */
  private static double image(double[] dz, double[] z, double[] t) {
    double loss = 0;
    for (int k = 0; k < z.length; k++) {
      double difference = z[k] - t[k];
      loss += difference * difference;
      dz[k] = 2 * difference;
    }
    return loss;
  }
}

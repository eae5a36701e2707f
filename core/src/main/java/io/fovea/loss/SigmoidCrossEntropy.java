package io.fovea.loss;

import io.fovea.dataset.Targets;
import io.fovea.tensor.Tensor;

/**
 * Sigmoid cross-entropy, for classes that do not exclude each other: every output is a binary
 * decision. The mean over N images and K classes:
 *
 * <pre>
 * p = 1 / (1 + exp(-z))
 * loss = - sum over n, k of (t * log p + (1 - t) * log (1 - p)) / (N * K)
 * dz = (p - t) / (N * K)
 * </pre>
 *
 * for targets t from 0 to 1, of which several may be 1. Computed from the logits, as max(z, 0) - z
 * * t + log(1 + exp(-|z|)), so large logits do not overflow: PyTorch's BCEWithLogitsLoss.
 */
public record SigmoidCrossEntropy() implements Loss {
  @Override
  public String name() {
    return "sigmoid cross-entropy";
  }

  /** The probability of a class, from its logit: 1 / (1 + exp(-z)). */
  public static double probability(double z) {
    return 1 / (1 + StrictMath.exp(-z));
  }

  @Override
  public double value(Tensor dLogits, Tensor logits, Targets targets) {
    double divisor = (double) logits.count() * logits.shape().elements();
    return ByImage.mean(dLogits, logits, targets, divisor, SigmoidCrossEntropy::image);
  }

  /** The sum over one image's classes; fills dz, unscaled. */
  private static double image(double[] dz, double[] z, double[] t) {
    double loss = 0;
    for (int k = 0; k < z.length; k++) {
      double small = StrictMath.exp(-Math.abs(z[k]));
      loss += Math.max(z[k], 0) - z[k] * t[k] + StrictMath.log1p(small);
      double p = z[k] >= 0 ? 1 / (1 + small) : small / (1 + small);
      dz[k] = p - t[k];
    }
    return loss;
  }
}

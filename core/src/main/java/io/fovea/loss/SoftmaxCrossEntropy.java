package io.fovea.loss;

import io.fovea.dataset.Targets;
import io.fovea.kernel.reference.ReferenceSoftmaxCrossEntropy;
import io.fovea.tensor.Tensor;

/**
 * Softmax cross-entropy over K classes, the mean over N images:
 *
 * <pre>
 * p = softmax(z)      q[k] = (1 - s) * t[k] + s / K
 * loss = mean over n of - sum over k of q[k] * log p[k]
 * dz[n,k] = (p[n,k] - q[n,k]) / N
 * </pre>
 *
 * for the shares t of the classes in an image, which sum to 1.
 *
 * <p>Computed in double from the largest logit down, so large logits do not overflow. Label
 * smoothing s as in Szegedy et al., arXiv 1512.00567, section 7.
 *
 * @param labelSmoothing s, from 0 to below 1
 */
public record SoftmaxCrossEntropy(double labelSmoothing) implements Loss {

  /**
   * Checks the smoothing.
   *
   * @throws IllegalArgumentException if it is not from 0 to below 1
   */
  public SoftmaxCrossEntropy {
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException(
          "loss: label smoothing must be from 0 to below 1, got " + labelSmoothing);
    }
  }

  /** Without label smoothing. */
  public static SoftmaxCrossEntropy plain() {
    return new SoftmaxCrossEntropy(0);
  }

  @Override
  public String name() {
    return labelSmoothing == 0
        ? "softmax cross-entropy"
        : "softmax cross-entropy, label smoothing " + labelSmoothing;
  }

  @Override
  public double value(Tensor dLogits, Tensor logits, Targets targets) {
    int classes = logits.shape().elements();
    int count = logits.count();
    double[] z = new double[classes];
    double[] dz = new double[classes];
    double[] t = new double[classes];
    double sum = 0;
    for (int n = 0; n < count; n++) {
      int at = logits.offset() + n * classes;
      for (int k = 0; k < classes; k++) {
        z[k] = logits.array()[at + k];
        t[k] = targets.share(n, k);
      }
      sum += ReferenceSoftmaxCrossEntropy.loss(dz, z, t, labelSmoothing);
      int dAt = dLogits.offset() + n * classes;
      for (int k = 0; k < classes; k++) {
        dLogits.array()[dAt + k] = (float) (dz[k] / count);
      }
    }
    return sum / count;
  }
}

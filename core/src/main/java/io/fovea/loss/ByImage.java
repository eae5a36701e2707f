package io.fovea.loss;

import io.fovea.dataset.Targets;
import io.fovea.tensor.Tensor;

/** Sums the losses of a batch, image after image, in double. */
final class ByImage {
  private ByImage() {}

  @FunctionalInterface
  interface Part {
    /**
     * The loss of one image; fills dz.
     *
     * @param z its logits
     * @param t its targets, one a class
     */
    double of(double[] dz, double[] z, double[] t);
  }

  /**
   * The sum of the images' losses over the divisor; fills its gradient. With a divisor of 0 nothing
   * in the batch counts: loss and gradient are 0.
   */
  static double mean(Tensor dLogits, Tensor logits, Targets targets, double divisor, Part part) {
    int classes = logits.shape().elements();
    double[] z = new double[classes];
    double[] dz = new double[classes];
    double[] t = new double[classes];
    int[] order = logits.shape().logicalOrder();
    double sum = 0;
    for (int n = 0; n < logits.count(); n++) {
      int at = logits.offset() + n * classes;
      for (int k = 0; k < classes; k++) {
        z[order[k]] = logits.array()[at + k];
        t[k] = targets.share(n, k);
      }
      sum += part.of(dz, z, t);
      int dAt = dLogits.offset() + n * classes;
      for (int k = 0; k < classes; k++) {
        dLogits.array()[dAt + k] = (float) (divisor == 0 ? 0 : dz[order[k]] / divisor);
      }
    }
    return divisor == 0 ? 0 : sum / divisor;
  }
}

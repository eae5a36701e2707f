package io.fovea.loss;

import io.fovea.dataset.Targets;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * The focal loss (Lin et al., Focal Loss for Dense Object Detection, arXiv 1708.02002, section 3)
 * in its softmax form: cross-entropy in which images that are already classified well count less.
 * The mean over N images:
 *
 * <pre>
 * p = softmax(z)
 * loss = - sum over n, k of alpha[k] * t[n,k] * (1 - p[n,k])^gamma * log p[n,k] / N
 * c[n,k] = alpha[k] * t[n,k] * (gamma * p[n,k] * (1 - p[n,k])^(gamma - 1) * log p[n,k] - (1 - p[n,k])^gamma)
 * dz[n,k] = (c[n,k] - p[n,k] * sum over j of c[n,j]) / N
 * </pre>
 *
 * for the shares t of the classes in an image; c is the derivative of a term by log p. With gamma 0
 * and alpha 1 it is softmax cross-entropy. Computed in double.
 *
 * @param gamma how strongly easy images are down-weighted, from 0; the paper's choice is 2
 * @param alpha one number from 0 up for each class, or none where all are 1; {@link
 *     ClassWeights#balanced} suits. Unlike class weights of {@link SoftmaxCrossEntropy} they do not
 *     change the divisor of the mean, as in the paper.
 */
public record Focal(double gamma, List<Double> alpha) implements Loss {
  public Focal {
    if (!(gamma >= 0 && gamma < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("focal: gamma must be a number from 0 up, got " + gamma);
    }
    alpha = ClassWeights.checked("focal", alpha);
  }

  /** A focal loss with equal class weights. */
  public static Focal of(double gamma) {
    return new Focal(gamma, List.of());
  }

  @Override
  public String name() {
    return "focal, gamma " + gamma + (alpha.isEmpty() ? "" : ", class weights " + alpha);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if there are alphas, but not one for each output
   */
  @Override
  public double value(Tensor dLogits, Tensor logits, Targets targets) {
    double[] a = ClassWeights.forClasses("focal", alpha, logits.shape().elements());
    return ByImage.mean(dLogits, logits, targets, logits.count(), (dz, z, t) -> image(dz, z, t, a));
  }

  /** The loss of one image; fills dz, unscaled. */
  private double image(double[] dz, double[] z, double[] t, double[] a) {
    double[] logP = new double[z.length];
    SoftmaxCrossEntropy.logProbabilities(logP, z);
    double loss = 0;
    double sum = 0;
    double[] c = new double[z.length];
    for (int k = 0; k < z.length; k++) {
      if (a[k] * t[k] == 0) {
        continue;
      }
      double rest = rest(logP, k);
      double factor = StrictMath.pow(rest, gamma);
      // As p goes to 1, log p / (1 - p) goes to -1.
      double slope = rest == 0 ? -1 : logP[k] / rest;
      loss -= a[k] * t[k] * factor * logP[k];
      c[k] = a[k] * t[k] * factor * (gamma * StrictMath.exp(logP[k]) * slope - 1);
      sum += c[k];
    }
    for (int k = 0; k < z.length; k++) {
      dz[k] = c[k] - StrictMath.exp(logP[k]) * sum;
    }
    return loss;
  }

  /**
   * 1 - p[k] as the sum of the other probabilities, which keeps its digits where p[k] is near 1.
   */
  private static double rest(double[] logP, int k) {
    double sum = 0;
    for (int j = 0; j < logP.length; j++) {
      sum += j == k ? 0 : StrictMath.exp(logP[j]);
    }
    return sum;
  }
}

package io.fovea.loss;

import io.fovea.dataset.Targets;
import io.fovea.kernel.reference.ReferenceFocal;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * The focal loss (Lin et al., Focal Loss for Dense Object Detection, arXiv 1708.02002, section 3)
 * in its softmax form: cross-entropy in which images that are already answered well count less. The
 * mean over N images:
 *
 * <pre>
 * p = softmax(z)
 * loss = - sum over n, k of alpha[k] * t[n,k] * (1 - p[n,k])^gamma * log p[n,k] / N
 * </pre>
 *
 * for the shares t of the classes in an image. With gamma 0 and alpha 1 it is softmax
 * cross-entropy. Computed in double; its gradient stands in the reference.
 *
 * @param gamma how strongly easy images are turned down, from 0; the paper's choice is 2
 * @param alpha one number from 0 up for each class, or none where all are 1; {@link
 *     ClassWeights#balanced} suits. Unlike class weights of {@link SoftmaxCrossEntropy} they do not
 *     change what the mean divides by, as in the paper.
 */
public record Focal(double gamma, List<Double> alpha) implements Loss {
  /**
   * Checks the facts.
   *
   * @throws IllegalArgumentException if gamma or an alpha is no number from 0 up
   */
  public Focal {
    if (!(gamma >= 0 && gamma < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("focal: gamma must be a number from 0 up, got " + gamma);
    }
    alpha = ClassWeights.checked("focal", alpha);
  }

  /** With all classes counting the same. */
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
    return ByImage.mean(
        dLogits,
        logits,
        targets,
        logits.count(),
        (dz, z, t) -> ReferenceFocal.loss(dz, z, t, gamma, a));
  }
}

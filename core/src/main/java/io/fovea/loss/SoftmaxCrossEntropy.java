package io.fovea.loss;

import io.fovea.dataset.Targets;
import io.fovea.range.Ranges;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * Softmax cross-entropy over K classes, the mean over N images:
 *
 * <pre>
 * p = softmax(z)      q[n,k] = (1 - s) * t[n,k] + s / K
 * loss = sum over n, k of - a[k] * q[n,k] * log p[n,k] / D      D = sum over n, k of a[k] * t[n,k]
 * dz[n,k] = (p[n,k] * (sum over j of a[j] * q[n,j]) - a[k] * q[n,k]) / D
 * </pre>
 *
 * for the shares t of the classes in an image, which sum to 1, and the weights a of the classes.
 * Without class weights all a are 1, so D is N. With them the weight of an image is that of its
 * classes, each by its share: for images of one class this is PyTorch's CrossEntropyLoss(weight,
 * label_smoothing, reduction="mean"), whose mean divides by the sum of the weights of the labels.
 * (For mixtures PyTorch divides by N instead; here a mixture of a single class counts as an image
 * of that class.) A batch whose classes all have weight 0 has loss 0 and gradient 0.
 *
 * <p>Computed in double from the largest logit down, so large logits do not overflow. Label
 * smoothing s as in Szegedy et al., arXiv 1512.00567, section 7.
 *
 * @param labelSmoothing s, from 0 to below 1
 * @param classWeights a, one number from 0 up for each class; none where all count the same
 */
public record SoftmaxCrossEntropy(double labelSmoothing, List<Double> classWeights)
    implements Loss {
  public SoftmaxCrossEntropy {
    Ranges.share("loss: label smoothing", labelSmoothing);
    classWeights = ClassWeights.checked("softmax cross-entropy", classWeights);
  }

  /** A loss with equal class weights. */
  public SoftmaxCrossEntropy(double labelSmoothing) {
    this(labelSmoothing, List.of());
  }

  /** Without label smoothing and class weights. */
  public static SoftmaxCrossEntropy plain() {
    return new SoftmaxCrossEntropy(0);
  }

  /** The same with class weights, such as {@link ClassWeights#balanced}. */
  public SoftmaxCrossEntropy classWeights(List<Double> value) {
    return new SoftmaxCrossEntropy(labelSmoothing, value);
  }

  @Override
  public String name() {
    return "softmax cross-entropy%s%s"
        .formatted(
            labelSmoothing == 0 ? "" : ", label smoothing " + labelSmoothing,
            classWeights.isEmpty() ? "" : ", class weights " + classWeights);
  }

  /** The same loss without label smoothing; class weights stay. */
  @Override
  public Loss judge() {
    return new SoftmaxCrossEntropy(0, classWeights);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if there are class weights, but not one for each output
   */
  @Override
  public double value(Tensor dLogits, Tensor logits, Targets targets) {
    double[] a =
        ClassWeights.forClasses("softmax cross-entropy", classWeights, logits.shape().elements());
    ByImage.Part part = classWeights.isEmpty() ? this::image : (dz, z, t) -> image(dz, z, t, a);
    return ByImage.mean(dLogits, logits, targets, divisor(targets), part);
  }

  /** The loss of one image without class weights, for shares t; fills dz, unscaled. */
  public double image(double[] dz, double[] z, double[] t) {
    logProbabilities(dz, z);
    double loss = 0;
    for (int k = 0; k < z.length; k++) {
      double q = (1 - labelSmoothing) * t[k] + labelSmoothing / z.length;
      if (q > 0) {
        loss -= q * dz[k];
      }
      dz[k] = StrictMath.exp(dz[k]) - q;
    }
    return loss;
  }

  private double image(double[] dz, double[] z, double[] t, double[] a) {
    logProbabilities(dz, z);
    double loss = 0;
    double mass = 0;
    for (int k = 0; k < z.length; k++) {
      double q = a[k] * ((1 - labelSmoothing) * t[k] + labelSmoothing / z.length);
      if (q > 0) {
        loss -= q * dz[k];
      }
      mass += q;
    }
    for (int k = 0; k < z.length; k++) {
      double q = a[k] * ((1 - labelSmoothing) * t[k] + labelSmoothing / z.length);
      dz[k] = StrictMath.exp(dz[k]) * mass - q;
    }
    return loss;
  }

  /**
   * Computes log p = log softmax(z) of one image, as (z[k] - max z) - log sum over j of exp(z[j] -
   * max z), so that large logits neither overflow nor lose the loss.
   */
  public static void logProbabilities(double[] logP, double[] z) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : z) {
      max = Math.max(max, value);
    }
    double sum = 0;
    for (double value : z) {
      sum += StrictMath.exp(value - max);
    }
    double logSum = StrictMath.log(sum);
    for (int k = 0; k < z.length; k++) {
      logP[k] = z[k] - max - logSum;
    }
  }

  @Override
  public double divisor(Targets targets) {
    if (classWeights.isEmpty()) {
      return targets.count();
    }
    double sum = 0;
    for (int n = 0; n < targets.count(); n++) {
      for (int k = 0; k < classWeights.size(); k++) {
        sum += classWeights.get(k) * targets.share(n, k);
      }
    }
    return sum;
  }
}

package io.fovea.kernel.reference;

/**
 * Softmax cross-entropy of one image, in double, from the formulas:
 *
 * <pre>
 * p[k] = exp(z[k] - m) / sum over j of exp(z[j] - m),   m = max z
 * q[k] = (1 - s) * t[k] + s / K
 * loss = - sum over k of a[k] * q[k] * log p[k]
 * dz[k] = p[k] * (sum over j of a[j] * q[j]) - a[k] * q[k]
 * </pre>
 *
 * log p[k] is computed as (z[k] - m) - log sum, so that large logits neither overflow nor lose the
 * loss. Without class weights a, the sum over j is exactly 1.
 */
public final class ReferenceSoftmaxCrossEntropy {
  private ReferenceSoftmaxCrossEntropy() {}

  /** The loss of one image of one class; fills dz, unscaled. */
  public static double loss(double[] dz, double[] z, int label, double smoothing) {
    double[] shares = new double[z.length];
    shares[label] = 1;
    return loss(dz, z, shares, smoothing);
  }

  /** The loss of one image with the given shares of the classes; fills dz, unscaled. */
  public static double loss(double[] dz, double[] z, double[] t, double smoothing) {
    logProbabilities(dz, z);
    double loss = 0;
    for (int k = 0; k < z.length; k++) {
      double q = (1 - smoothing) * t[k] + smoothing / z.length;
      if (q > 0) {
        loss -= q * dz[k];
      }
      dz[k] = Math.exp(dz[k]) - q;
    }
    return loss;
  }

  /** The same with a weight a[k] for each class. */
  public static double loss(double[] dz, double[] z, double[] t, double smoothing, double[] a) {
    logProbabilities(dz, z);
    double loss = 0;
    double mass = 0;
    for (int k = 0; k < z.length; k++) {
      double q = a[k] * ((1 - smoothing) * t[k] + smoothing / z.length);
      if (q > 0) {
        loss -= q * dz[k];
      }
      mass += q;
    }
    for (int k = 0; k < z.length; k++) {
      double q = a[k] * ((1 - smoothing) * t[k] + smoothing / z.length);
      dz[k] = Math.exp(dz[k]) * mass - q;
    }
    return loss;
  }

  /** log p. */
  static void logProbabilities(double[] logP, double[] z) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : z) {
      max = Math.max(max, value);
    }
    double sum = 0;
    for (double value : z) {
      sum += Math.exp(value - max);
    }
    double logSum = Math.log(sum);
    for (int k = 0; k < z.length; k++) {
      logP[k] = z[k] - max - logSum;
    }
  }
}

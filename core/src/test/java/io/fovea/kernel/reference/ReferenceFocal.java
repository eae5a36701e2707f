package io.fovea.kernel.reference;

/**
 * The focal loss of one image in its softmax form, in double, from the formulas:
 *
 * <pre>
 * p = softmax(z)
 * loss = - sum over k of a[k] * t[k] * (1 - p[k])^gamma * log p[k]
 * c[k] = a[k] * t[k] * (gamma * p[k] * (1 - p[k])^(gamma - 1) * log p[k] - (1 - p[k])^gamma)
 * dz[k] = c[k] - p[k] * sum over j of c[j]
 * </pre>
 *
 * c[k] is the derivative of the k-th term by log p[k]. 1 - p[k] is the sum of the other
 * probabilities, so that it keeps its digits where p[k] is close to 1.
 */
public final class ReferenceFocal {
  private ReferenceFocal() {}

  /** The loss of one image; fills dz, unscaled. */
  public static double loss(double[] dz, double[] z, double[] t, double gamma, double[] a) {
    double[] logP = new double[z.length];
    ReferenceSoftmaxCrossEntropy.logProbabilities(logP, z);
    double loss = 0;
    double sum = 0;
    double[] c = new double[z.length];
    for (int k = 0; k < z.length; k++) {
      if (a[k] * t[k] == 0) {
        continue;
      }
      double rest = rest(logP, k);
      double factor = Math.pow(rest, gamma);
      // As p goes to 1, log p / (1 - p) goes to -1.
      double slope = rest == 0 ? -1 : logP[k] / rest;
      loss -= a[k] * t[k] * factor * logP[k];
      c[k] = a[k] * t[k] * factor * (gamma * Math.exp(logP[k]) * slope - 1);
      sum += c[k];
    }
    for (int k = 0; k < z.length; k++) {
      dz[k] = c[k] - Math.exp(logP[k]) * sum;
    }
    return loss;
  }

  /** 1 - p[k]. */
  private static double rest(double[] logP, int k) {
    double sum = 0;
    for (int j = 0; j < logP.length; j++) {
      sum += j == k ? 0 : Math.exp(logP[j]);
    }
    return sum;
  }
}

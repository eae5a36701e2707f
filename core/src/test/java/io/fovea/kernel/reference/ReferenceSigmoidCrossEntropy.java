package io.fovea.kernel.reference;

/**
 * Sigmoid cross-entropy of one image, in double, from the formulas:
 *
 * <pre>
 * p[k] = 1 / (1 + exp(-z[k]))
 * loss = - sum over k of t[k] * log p[k] + (1 - t[k]) * log (1 - p[k])
 *      =   sum over k of max(z[k], 0) - z[k] * t[k] + log(1 + exp(-|z[k]|))
 * dz[k] = p[k] - t[k]
 * </pre>
 *
 * The second form is computed: it neither overflows nor takes the logarithm of 0.
 */
public final class ReferenceSigmoidCrossEntropy {
  private ReferenceSigmoidCrossEntropy() {}

  /** The sum over the classes; fills dz, unscaled. */
  public static double loss(double[] dz, double[] z, double[] t) {
    double loss = 0;
    for (int k = 0; k < z.length; k++) {
      double small = Math.exp(-Math.abs(z[k]));
      loss += Math.max(z[k], 0) - z[k] * t[k] + Math.log1p(small);
      double p = z[k] >= 0 ? 1 / (1 + small) : small / (1 + small);
      dz[k] = p - t[k];
    }
    return loss;
  }
}

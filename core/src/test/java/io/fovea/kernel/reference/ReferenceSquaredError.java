package io.fovea.kernel.reference;

/**
 * The squared error of one image, in double:
 *
 * <pre>
 * loss = sum over k of (z[k] - t[k])^2
 * dz[k] = 2 * (z[k] - t[k])
 * </pre>
 */
public final class ReferenceSquaredError {
  private ReferenceSquaredError() {}

  /** The sum over the outputs; fills dz, unscaled. */
  public static double loss(double[] dz, double[] z, double[] t) {
    double loss = 0;
    for (int k = 0; k < z.length; k++) {
      double difference = z[k] - t[k];
      loss += difference * difference;
      dz[k] = 2 * difference;
    }
    return loss;
  }
}

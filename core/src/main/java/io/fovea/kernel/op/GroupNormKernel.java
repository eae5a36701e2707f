package io.fovea.kernel.op;

import io.fovea.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Normalisation of groups of channels within each image, and its gradients (Wu and He, arXiv
 * 1803.08494, section 3; Ba, Kiros and Hinton, arXiv 1607.06450, section 3), with k the group of
 * channel c and M values in a group:
 *
 * <pre>
 * xhat = (x - mean[n,k]) * s[n,k]     s = 1 / sqrt(variance[n,k] + epsilon), the biased variance
 * y    = gamma[c] * xhat + beta[c]
 * dgamma[c] = sum over n,h,w of dy * xhat     dbeta[c] = sum over n,h,w of dy
 * dx = s[n,k] * (gamma[c] * dy - a[n,k] / M - xhat * b[n,k] / M)
 *      a = sum over the group of gamma * dy     b = sum over the group of gamma * dy * xhat
 * </pre>
 *
 * The moments of group k in image n are at index n * G + k. Destinations come first and are
 * overwritten.
 */
public interface GroupNormKernel {
  /** Fills y, and the moments for the backward pass. */
  void forward(
      Tensor y, Moments moments, Tensor x, float[] gamma, float[] beta, Resources resources);

  /**
   * All gradients.
   *
   * @param dx null where it is not needed
   * @param moments from {@link #forward}
   */
  void backward(
      @Nullable Tensor dx,
      float[] dgamma,
      float[] dbeta,
      Tensor x,
      Tensor dy,
      Moments moments,
      float[] gamma,
      Resources resources);
}

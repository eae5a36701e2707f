package io.fovea.kernel;

import io.fovea.tensor.Tensor;

/**
 * Normalisation by the neighbouring channels of a pixel, and its gradient:
 *
 * <pre>
 * y[c]  = x[c] * s[c]^-beta       s[c] = k + alpha/size * sum over e from c - before to c + behind of x[e]^2
 * dx[c] = dy[c] * s[c]^-beta
 *         - 2 * alpha * beta / size * x[c] * sum over e from c - behind to c + before of dy[e] * x[e] * s[e]^(-beta-1)
 * </pre>
 */
public interface LocalResponseNormKernel {
  /** Fills y. */
  void forward(Tensor y, Tensor x, Resources resources);

  /** Fills dx. */
  void backward(Tensor dx, Tensor dy, Tensor x, Resources resources);
}

package io.fovea.kernel.op;

import io.fovea.tensor.Tensor;

/**
 * Batch normalisation of each channel, and its gradients (Ioffe and Szegedy, arXiv 1502.03167,
 * algorithm 1 and section 3):
 *
 * <pre>
 * xhat = (x - mean[c]) * s[c]     s[c] = 1 / sqrt(variance[c] + epsilon)
 * y    = gamma[c] * xhat + beta[c]
 * </pre>
 *
 * The moments are those of x itself while training ({@link #moments}), and constants at inference.
 * Forward is the same for both; backward is not, because the moments of x depend on x. gamma, beta
 * and their gradients are (C). Destinations come first and are overwritten.
 *
 * <p>The {@link Epilogue} has no pooling; that of a backward pass has no residual either. With an
 * activation f, dy is the gradient of f(y), and the backward passes of training compute y again
 * from x for f'(y), so that no map but x is kept.
 */
public interface BatchNorm2dKernel {
  /** Mean and biased variance of each channel of x. */
  void moments(Moments moments, Tensor x, Resources resources);

  /** Fills y. */
  void forward(
      Tensor y, Tensor x, Normalization normalization, Epilogue epilogue, Resources resources);

  /** dgamma[c] = sum over n,h,w of dy * xhat; dbeta[c] = sum over n,h,w of dy. */
  void backwardWeights(
      float[] dgamma,
      float[] dbeta,
      Tensor x,
      Tensor dy,
      Normalization normalization,
      Epilogue epilogue,
      Resources resources);

  /**
   * dx where the moments are those of x, with M = N*H*W:
   *
   * <pre>
   * dx = gamma[c] * s[c] / M * (M * dy - dbeta[c] - xhat * dgamma[c])
   * </pre>
   *
   * @param dgamma from {@link #backwardWeights}
   * @param dbeta from {@link #backwardWeights}
   */
  void backwardInput(
      Tensor dx,
      Tensor x,
      Tensor dy,
      Normalization normalization,
      float[] dgamma,
      float[] dbeta,
      Epilogue epilogue,
      Resources resources);

  /** dx where the moments are constants: dx = gamma[c] * s[c] * dy. */
  void backwardInput(Tensor dx, Tensor dy, Normalization normalization, Resources resources);

  /** Adds what the passes of training need of the scratch. */
  default void scratch(int images, ScratchSizes sizes) {}
}

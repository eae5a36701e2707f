package io.fovea.kernel;

import io.fovea.tensor.Tensor;

/**
 * Batch normalisation and the rectifier behind it as one operation, y = max(z, 0) with z = gamma[c]
 * * xhat + beta[c], to the same bits as one after the other and with fewer passes over memory. On
 * the way back the gradient of z is dz = dy where z &gt; 0, else 0; z is computed again from x. The
 * moments are those of x.
 */
public interface RectifiedBatchNorm2dKernel extends BatchNorm2dKernel {
  /** Fills y with max(z, 0). */
  void forwardRectified(
      Tensor y, Tensor x, Moments moments, float[] gamma, float[] beta, Resources resources);

  /** As {@link #backwardWeights} of dz. */
  void backwardWeightsRectified(
      float[] dgamma,
      float[] dbeta,
      Tensor x,
      Tensor dy,
      Moments moments,
      float[] gamma,
      float[] beta,
      Resources resources);

  /** As {@link #backwardInput} of dz. */
  void backwardInputRectified(
      Tensor dx,
      Tensor x,
      Tensor dy,
      Moments moments,
      float[] gamma,
      float[] beta,
      float[] dgamma,
      float[] dbeta,
      Resources resources);
}

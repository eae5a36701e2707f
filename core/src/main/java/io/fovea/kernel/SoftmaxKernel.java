package io.fovea.kernel;

import io.fovea.tensor.Tensor;

/**
 * Softmax of each group of C neighbouring numbers in memory: the channels of a pixel, or a row of
 * features.
 *
 * <pre>
 * y[c] = exp(x[c] - m) / sum over k of exp(x[k] - m),   m = max x
 * dx[c] = y[c] * (dy[c] - sum over k of dy[k] * y[k])
 * </pre>
 */
public interface SoftmaxKernel {
  /** Fills y. */
  void forward(Tensor y, Tensor x, Resources resources);

  /** Fills dx. */
  void backward(Tensor dx, Tensor dy, Tensor y, Resources resources);
}

package io.fovea.kernel;

import io.fovea.tensor.Tensor;

/** y = max(x, 0), element by element; NaN stays NaN. The gradient passes where y > 0. */
public interface ReluKernel {
  /** Fills y. */
  void forward(Tensor y, Tensor x, Resources resources);

  /** dx = dy where y > 0, else 0. */
  void backward(Tensor dx, Tensor dy, Tensor y, Resources resources);
}

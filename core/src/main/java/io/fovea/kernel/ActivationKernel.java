package io.fovea.kernel;

import io.fovea.tensor.Tensor;

/** An {@link Activation}, element by element: y = f(x), dx = dy * f'(x); NaN stays NaN. */
public interface ActivationKernel {
  /** Fills y. */
  void forward(Tensor y, Tensor x, Resources resources);

  /** Fills dx. */
  void backward(Tensor dx, Tensor dy, Tensor x, Resources resources);
}

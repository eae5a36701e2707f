package io.fovea.kernel;

import io.fovea.tensor.Tensor;

/**
 * y[n,c,i,j] = the mean of x over the window of (i, j), over the elements inside the map only
 * (padding is not counted).
 */
public interface AvgPool2dKernel {
  /** Fills y. */
  void forward(Tensor y, Tensor x, Resources resources);

  /** dx: each dy divided evenly among the elements of its window. */
  void backward(Tensor dx, Tensor dy, Resources resources);
}

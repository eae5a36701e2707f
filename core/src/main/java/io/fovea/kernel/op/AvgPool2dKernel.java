package io.fovea.kernel.op;

import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.tensor.Tensor;

/**
 * y[n,c,i,j] = the sum of x over the window of (i, j), divided by {@link Pool2dGeometry#divisor}.
 */
public interface AvgPool2dKernel {
  /** Fills y. */
  void forward(Tensor y, Tensor x, Resources resources);

  /** dx[p,q] = the sum of dy / divisor over the windows that contain (p, q). */
  void backward(Tensor dx, Tensor dy, Resources resources);
}

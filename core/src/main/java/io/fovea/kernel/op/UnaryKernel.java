package io.fovea.kernel.op;

import io.fovea.tensor.Tensor;

/** A function of one tensor without weights, and its gradient. */
public interface UnaryKernel {
  /** Fills y. */
  void forward(Tensor y, Tensor x, Resources resources);

  /**
   * Fills dx.
   *
   * @param kept y where {@link Kernels} says so, else x
   */
  void backward(Tensor dx, Tensor dy, Tensor kept, Resources resources);
}

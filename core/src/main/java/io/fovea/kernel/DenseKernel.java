package io.fovea.kernel;

import io.fovea.tensor.Tensor;

/**
 * The fully connected layer y[n,o] = b[o] + sum over f of x[n,f] * w[o,f], and its gradients.
 * Weights and their gradient are in this kernel's own {@link #packing()}. Destinations come first
 * and are overwritten.
 */
public interface DenseKernel {
  /** The algorithm, as {@code summary} prints it. */
  String name();

  /** How the weight (out, in) is stored. */
  Packing packing();

  /** y (N, out) from x (N, in), w and b (out). */
  void forward(Tensor y, Tensor x, float[] w, float[] b, Resources resources);

  /** dx[n,f] = sum over o of dy[n,o] * w[o,f]. */
  void backwardInput(Tensor dx, Tensor dy, float[] w, Resources resources);

  /** dw[o,f] = sum over n of dy[n,o] * x[n,f]; db[o] = sum over n of dy[n,o]. */
  void backwardWeights(float[] dw, float[] db, Tensor x, Tensor dy, Resources resources);
}

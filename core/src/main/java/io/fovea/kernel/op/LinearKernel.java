package io.fovea.kernel.op;

import io.fovea.tensor.Tensor;

/**
 * An operation that is linear in x and in its weights, and its gradients. Weights and their
 * gradient are in this kernel's own {@link #packing()}. Destinations come first and are
 * overwritten.
 */
public interface LinearKernel {
  /** The algorithm, as {@code summary} prints it. */
  String name();

  /** How the weight is stored. */
  Packing packing();

  /** Adds what a pass needs of the scratch. */
  default void scratch(ScratchSizes.Pass pass, ScratchSizes.Call call, ScratchSizes sizes) {}

  /** Floats that are derived from weights and kept, at inference. */
  default long derived() {
    return 0;
  }

  void forward(Tensor y, Tensor x, float[] w, float[] b, Resources resources);

  void backwardInput(Tensor dx, Tensor dy, float[] w, Resources resources);

  void backwardWeights(float[] dw, float[] db, Tensor x, Tensor dy, Resources resources);
}

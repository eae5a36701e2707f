package io.fovea.kernel.op;

import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * An operation that is linear in x and in its weights, and its gradients. Weights and their
 * gradient are in this kernel's own {@link #packing()}. Destinations come first and are
 * overwritten.
 */
public interface LinearKernel {
  /** The loops of the three methods below, as lines of text for {@code fovea kernels}. */
  record Loops(List<String> forward, List<String> inputGradient, List<String> weightGradient) {
    static final Loops NONE = new Loops(List.of(), List.of(), List.of());
  }

  /** The algorithm, as {@code summary} prints it. */
  String name();

  /**
   * The loops around the register blocks, for a batch of {@code images} images; empty without such.
   */
  default Loops loops(int images) {
    return Loops.NONE;
  }

  /** How the weight is stored. */
  Packing packing();

  /** Adds what a pass needs of the scratch. */
  default void scratch(ScratchSizes.Pass pass, ScratchSizes.Call call, ScratchSizes sizes) {}

  /** Floats that are derived from weights and kept, at inference. */
  default long derived() {
    return 0;
  }

  /** y from x, w and b. */
  void forward(Tensor y, Tensor x, float[] w, float[] b, Resources resources);

  /** The gradient of x. */
  void backwardInput(Tensor dx, Tensor dy, float[] w, Resources resources);

  /** The gradients of w and b. */
  void backwardWeights(float[] dw, float[] db, Tensor x, Tensor dy, Resources resources);
}

package io.fovea.kernel;

import io.fovea.parallel.Scratch;
import io.fovea.tensor.Tensor;
import org.jspecify.annotations.Nullable;

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

  /**
   * Both gradients in one call, part by part; the weight's is passed to a sink, each part after the
   * part of dx that reads those weights.
   *
   * @param dx null where only the weight's gradient is needed; it may be x itself, which is
   *     overwritten after it has been read
   */
  default void backward(
      @Nullable Tensor dx,
      GradientSink dw,
      float[] db,
      Tensor x,
      Tensor dy,
      float[] w,
      Resources resources) {
    float[] gradient = resources.scratch().shared(Scratch.GATED, w.length);
    dw.begin(1);
    dw.prefetch(0, 0, w.length);
    backwardWeights(gradient, db, x, dy, resources);
    if (dx != null) {
      backwardInput(dx, dy, w, resources);
    }
    dw.accept(0, gradient, 0, 0, w.length);
  }
}

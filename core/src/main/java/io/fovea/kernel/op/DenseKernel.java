package io.fovea.kernel.op;

import io.fovea.parallel.Scratch;
import io.fovea.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The fully connected layer y[n,o] = b[o] + sum over f of x[n,f] * w[o,f], and its gradients: dx =
 * dy . w, dw = dy^T . x, db = sum over n of dy. The weight is (out, in).
 */
public interface DenseKernel extends LinearKernel {
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

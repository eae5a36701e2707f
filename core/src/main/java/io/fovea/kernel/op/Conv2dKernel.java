package io.fovea.kernel.op;

import io.fovea.parallel.Scratch;
import io.fovea.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Convolution as neural networks use the word (cross-correlation: the kernel is not flipped), and
 * its three gradients.
 *
 * <pre>
 * y[n,o,i,j] = b[o] + sum over c,u,v of w[o,c,u,v] * x[n, c, i*stride + u*dilation - pad, j*stride + v*dilation - pad]
 * dx[n,c,p,q] = the sum of w * dy over all outputs that read x[n,c,p,q]
 * dw[o,c,u,v] = sum over n,i,j of dy[n,o,i,j] * x[...as in y]     db[o] = sum over n,i,j of dy[n,o,i,j]
 * </pre>
 *
 * with x = 0 outside, and c running over the channels of o's group.
 */
public interface Conv2dKernel extends LinearKernel {
  /**
   * y (N, O, OH, OW) from x (N, C, H, W), w and b (O), with an epilogue.
   *
   * @param epilogue one that {@link #supports} accepts
   */
  void forward(
      OutputView y, Tensor x, float[] w, float[] b, Epilogue epilogue, Resources resources);

  @Override
  default void forward(Tensor y, Tensor x, float[] w, float[] b, Resources resources) {
    forward(OutputView.of(y), x, w, b, Epilogue.NONE, resources);
  }

  /**
   * Whether {@link #forward} takes this epilogue: a residual and any activation always, a pooling
   * where the kernel computes its map in parts.
   *
   * @param images of a batch: with few images, a pooling would leave cores without work
   * @param withInputGradient whether dx will be computed
   */
  default boolean supports(Epilogue epilogue, int images, boolean withInputGradient) {
    return epilogue.pooling() == null;
  }

  /**
   * Both gradients in one call, for algorithms whose gradients share work. Those of others are
   * computed one after the other, so that dx may be stored where x is.
   *
   * @param dx null where only the weights' gradients are needed
   * @param output the output of {@link #forward} where dy is the gradient behind an epilogue; null
   *     where dy is that of the convolution itself
   */
  default void backward(
      @Nullable Tensor dx,
      float[] dw,
      float[] db,
      Tensor x,
      Tensor dy,
      @Nullable FusedOutput output,
      float[] w,
      Resources resources) {
    Tensor dz = output == null ? dy : gated(dy, output.y(), resources);
    backwardWeights(dw, db, x, dz, resources);
    if (dx != null) {
      backwardInput(dx, dz, w, resources);
    }
  }

  /**
   * Whether {@link #backward} may get x, the output of a ReLU, as dx: it then writes the gradient
   * gated by that ReLU, dx where x > 0 and 0 elsewhere. The memory is in a cache, and the layer
   * that computed x need not read it again. If not, it may get any x as dx.
   */
  default boolean canOverwriteInput() {
    return false;
  }

  /** What {@link #backward} needs for a gated gradient, unless a kernel computes that itself. */
  default void gatedScratch(int elements, ScratchSizes.Call call, ScratchSizes sizes) {
    if (call.gated()) {
      sizes.shared(Scratch.GATED, (long) call.images() * elements);
    }
  }

  /** dy where y > 0, else 0, in the shared scratch slot {@link Scratch#GATED}. */
  private static Tensor gated(Tensor dy, Tensor y, Resources resources) {
    float[] dz = resources.scratch().shared(Scratch.GATED, dy.elements());
    int elements = dy.shape().elements();
    resources.run(
        dy.count(),
        (n, worker) -> {
          int yAt = y.offset() + n * elements;
          int dyAt = dy.offset() + n * elements;
          for (int i = 0; i < elements; i++) {
            dz[n * elements + i] = y.array()[yAt + i] > 0 ? dy.array()[dyAt + i] : 0;
          }
        });
    return Tensor.on(dz, 0, dy.shape(), dy.count());
  }
}

package io.fovea.kernel;

import io.fovea.parallel.Bands;
import io.fovea.parallel.Scratch;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Convolution as neural networks use the word (cross-correlation: the kernel is not flipped), and
 * its three gradients.
 *
 * <pre>
 * y[n,o,i,j] = b[o] + sum over c,u,v of w[o,c,u,v] * x[n, c, i*stride + u*dilation - pad, j*stride + v*dilation - pad]
 * </pre>
 *
 * with x = 0 outside, and c running over the channels of o's group. Weights and their gradient are
 * in this kernel's own {@link #packing()}. Destinations come first and are overwritten.
 */
public interface Conv2dKernel {
  /** The algorithm, as {@code summary} prints it. */
  String name();

  /** How the weight (O, C/groups, KH, KW) is stored. */
  Packing packing();

  /** y (N, O, OH, OW) from x (N, C, H, W), w and b (O). */
  void forward(Tensor y, Tensor x, float[] w, float[] b, Resources resources);

  /** Whether {@link #forwardRectified} is there. */
  default boolean rectifies() {
    return false;
  }

  /** y = max(forward, 0) in one pass, for kernels that have each output in a register anyway. */
  default void forwardRectified(Tensor y, Tensor x, float[] w, float[] b, Resources resources) {
    throw new UnsupportedOperationException(name() + ": does not rectify");
  }

  /**
   * y into some channels of a map that others share: filter o goes to channel {@code channel} + o
   * of every pixel of {@code joined}, to the bits of {@link #forward}. A kernel that can write
   * there at once spares the copying.
   *
   * @param rectified y = max(y, 0)
   */
  default void forwardJoined(
      Tensor joined,
      int channel,
      Tensor x,
      float[] w,
      float[] b,
      boolean rectified,
      Resources resources) {
    Shape map = joined.shape();
    int filters = b.length;
    int pixels = map.size(1) * map.size(2);
    float[] array = resources.scratch().shared(Scratch.JOINED, x.count() * pixels * filters);
    Tensor y = Tensor.on(array, 0, Shape.of(filters, map.size(1), map.size(2)), x.count());
    if (rectified && rectifies()) {
      forwardRectified(y, x, w, b, resources);
    } else {
      forward(y, x, w, b, resources);
    }
    boolean gates = rectified && !rectifies();
    Bands.of(pixels, filters)
        .run(
            resources.workers(),
            x.count(),
            (n, from, to, worker) -> {
              for (int p = n * pixels + from; p < n * pixels + to; p++) {
                int at = joined.offset() + p * map.size(0) + channel;
                System.arraycopy(array, p * filters, joined.array(), at, filters);
                for (int o = at; gates && o < at + filters; o++) {
                  joined.array()[o] = Math.max(joined.array()[o], 0);
                }
              }
            });
  }

  /**
   * Whether {@link #forwardPooled} and {@link #backwardPooled} are there.
   *
   * @param pooling the pooling's windows over the output
   * @param images of a batch: with few, cores would have nothing to do
   * @param withInputGradient whether dx is wanted
   */
  default boolean pools(Pool2dGeometry pooling, int images, boolean withInputGradient) {
    return false;
  }

  /** The pooled output, to the bits of convolution, ReLU and pooling one behind the other. */
  default void forwardPooled(
      PooledOutput pooled, Tensor x, float[] w, float[] b, Resources resources) {
    throw new UnsupportedOperationException(name() + ": does not pool");
  }

  /** {@link #backward} from the gradient of the pooled output, dy. */
  default void backwardPooled(
      @Nullable Tensor dx,
      float[] dw,
      float[] db,
      Tensor x,
      Tensor dy,
      PooledOutput pooled,
      float[] w,
      Resources resources) {
    throw new UnsupportedOperationException(name() + ": does not pool");
  }

  /** dx[n,c,p,q]: the sum of w * dy over all outputs that read x[n,c,p,q]. */
  void backwardInput(Tensor dx, Tensor dy, float[] w, Resources resources);

  /**
   * dw[o,c,u,v] = sum over n,i,j of dy[n,o,i,j] * x[...as in forward]; db[o] = sum over n,i,j of
   * dy[n,o,i,j].
   */
  void backwardWeights(float[] dw, float[] db, Tensor x, Tensor dy, Resources resources);

  /**
   * Whether {@link #backward} and {@link #backwardPooled} may be given x, the output of a ReLU, for
   * dx: what they write there has passed that ReLU, dx where x > 0 and 0 elsewhere. The memory is
   * in a cache, and whoever made x need not look at it again.
   */
  default boolean replacesInput() {
    return false;
  }

  /**
   * Both of the above in one call, for algorithms whose two gradients share work.
   *
   * @param dx null where only the weights' gradients are wanted
   * @param rectified where given, the output of {@link #forwardRectified}: dy is the gradient of
   *     that, and passes only where it is above zero
   */
  default void backward(
      @Nullable Tensor dx,
      float[] dw,
      float[] db,
      Tensor x,
      Tensor dy,
      @Nullable Tensor rectified,
      float[] w,
      Resources resources) {
    Tensor dz = rectified == null ? dy : gated(dy, rectified, resources);
    backwardWeights(dw, db, x, dz, resources);
    if (dx != null) {
      backwardInput(dx, dz, w, resources);
    }
  }

  /** dy where y > 0, else 0, in scratch shared by all workers that no kernel uses otherwise. */
  private static Tensor gated(Tensor dy, Tensor y, Resources resources) {
    float[] dz = resources.scratch().shared(Scratch.GATED, dy.elements());
    int elements = dy.shape().elements();
    resources
        .workers()
        .run(
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

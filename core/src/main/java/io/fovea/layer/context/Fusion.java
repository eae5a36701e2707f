package io.fovea.layer.context;

import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.Activation;
import io.fovea.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The following layers that a plan lets a layer compute with itself, to the bits of the layers one
 * after the other: y = pool(f(layer(x) + residual)), and where y is written. Intermediate values
 * are never written.
 *
 * @param residual the tensor that is added; null for none
 * @param activation f; null for none
 * @param pooling the max pooling, behind a ReLU only; null for none
 * @param map the concatenated map that y is a part of; null where y is a map of its own
 * @param channel the first channel of y in that map
 */
public record Fusion(
    @Nullable Tensor residual,
    @Nullable Activation activation,
    @Nullable Pooling pooling,
    @Nullable Tensor map,
    int channel) {
  public static final Fusion NONE = new Fusion(null, null, null, null, 0);

  /** A max pooling of a map of one image, and its node in the workspace. */
  public record Pooling(Pool2dGeometry geometry, NodeContext node) {}

  public boolean isNone() {
    return residual == null && activation == null && pooling == null && map == null;
  }

  public Fusion withoutPooling() {
    return new Fusion(residual, activation, null, map, channel);
  }
}

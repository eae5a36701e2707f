package io.fovea.layer.workspace;

import io.fovea.layer.ActivationLayer;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.Relu;
import io.fovea.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What a plan has a layer compute beside itself, to the bits of the layers one after the other: y =
 * pool(f(layer(x) + residual)), and where y goes. The values between are never written.
 *
 * @param residual what is added; null for nothing
 * @param activation the layer whose function is f; null for none
 * @param pooling the max pooling, behind a {@link Relu} only; null for none
 * @param map the concatenated map that y is a part of; null where y is a map of its own
 * @param channel the channel of that map at which y begins
 */
public record Fusion(
    @Nullable Tensor residual,
    @Nullable ActivationLayer activation,
    @Nullable Pooling pooling,
    @Nullable Tensor map,
    int channel) {
  /** The layer alone. */
  public static final Fusion NONE = new Fusion(null, null, null, null, 0);

  /** A max pooling, and its place in the workspace. */
  public record Pooling(MaxPool2d layer, NodeContext place) {}

  /** Whether there is nothing more. */
  public boolean isNone() {
    return residual == null && activation == null && pooling == null && map == null;
  }

  /** The same without its pooling. */
  public Fusion withoutPooling() {
    return new Fusion(residual, activation, null, map, channel);
  }
}

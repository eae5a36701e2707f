package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.value.NdArray;
import io.fovea.tensor.Shape;
import java.util.List;

/** Constants that are broadcast over a value: one number for all, or one a channel. */
final class Channels {
  private Channels() {}

  /**
   * The numbers of a constant, one for each channel, or a single one.
   *
   * @param axes of the value that it is broadcast over
   * @param shape of that value
   * @throws IllegalArgumentException if it differs along other axes than the channels
   */
  static float[] of(NdArray constant, Axes axes, Shape shape) {
    float[] values = constant.asFloats();
    if (constant.size() == 1 && constant.rank() <= axes.rank()) {
      return values.clone();
    }
    List<Factor> whole = Axes.whole(Factor.Origin.CHANNEL, shape.size(0));
    boolean fits = constant.rank() <= axes.rank() && constant.size() == shape.size(0);
    for (int i = 0; fits && i < constant.rank(); i++) {
      List<Factor> axis = axes.axes().get(axes.rank() - constant.rank() + i);
      fits = constant.dim(i) == 1 || axis.equals(whole);
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "expects a constant with one number, or one a channel (of %d), got %s beside %s"
              .formatted(shape.size(0), NdArray.text(constant.dims()), axes));
    }
    return values.clone();
  }
}

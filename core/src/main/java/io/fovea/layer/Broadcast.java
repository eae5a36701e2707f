package io.fovea.layer;

import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * Inputs of one shape, or one number a channel beside full maps: (C) or (C, 1, 1) beside (C, H, W),
 * as in a squeeze-and-excitation block. Such a narrow input is broadcast to every pixel.
 */
final class Broadcast {
  private Broadcast() {}

  /**
   * The shape of the result.
   *
   * @throws IllegalArgumentException if the inputs do not fit together
   */
  static Shape output(String type, List<Shape> inputs) {
    Shape whole = inputs.getFirst();
    for (Shape shape : inputs) {
      boolean wider = shape.elements() > whole.elements();
      boolean mapped = shape.elements() == whole.elements() && shape.rank() > whole.rank();
      whole = wider || mapped ? shape : whole;
    }
    for (Shape shape : inputs) {
      if (!shape.equals(whole) && !isNarrow(shape, whole)) {
        throw new IllegalArgumentException(
            "%s expects inputs of one shape, got %s%s"
                .formatted(
                    type,
                    inputs,
                    shape.elements() == whole.elements() && shape.rank() == 1
                        ? " flattened from different shapes; " + type + " before flatten"
                        : "; match them with a 1x1 convolution, or give one number a channel"));
      }
    }
    return whole;
  }

  /** Whether a shape has one number a channel of the full one, and is not the full one itself. */
  static boolean isNarrow(Shape shape, Shape whole) {
    return !shape.equals(whole)
        && whole.rank() == 3
        && shape.elements() == whole.size(0)
        && shape.size(0) == whole.size(0)
        && shape.parts().isEmpty();
  }

  /** How many pixels share a narrow input. */
  static int pixels(Shape whole) {
    return whole.elements() / whole.size(0);
  }

  static int at(Tensor x, int n) {
    return x.offset() + n * x.shape().elements();
  }
}

package io.fovea.network;

import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;

/** Checks of the shapes that a residual connection adds. */
final class Residual {
  private Residual() {}

  /** The block's output must have the shape of what it is added to. */
  static void requireSameShape(String x, Shape in, Shape out) {
    if (!in.equals(out)) {
      throw new IllegalArgumentException(
          "residual: the block makes %s of %s (%s), so they cannot be added; %s"
              .formatted(out, in, x, cure(in, out)));
    }
  }

  /** With a shortcut, its output must have the block's shape. */
  static void requireSameShape(Shape in, Shape out, Shape shortcut) {
    if (!out.equals(shortcut)) {
      throw new IllegalArgumentException(
          "residual: the block makes %s of %s and the shortcut %s, so they cannot be added; give both the same filters and stride"
              .formatted(out, in, shortcut));
    }
  }

  /** The 1x1 convolution, or the dense layer, that brings the input to the block's shape. */
  private static String cure(Shape in, Shape out) {
    if (in.rank() != out.rank()) {
      return "end the block in the kind of value that it begins with";
    }
    if (in.rank() == 1) {
      String origin =
          in.elements() == out.elements() ? "they were flattened from different shapes: " : "";
      return origin + shortcut("dense(%d)".formatted(out.elements()));
    }
    int stride = Math.max(1, Math.ceilDiv(in.size(1), out.size(1)));
    Window window = Window.square(1, stride, 0, 1);
    boolean fits =
        window.outputHeight(in.size(1)) == out.size(1)
            && window.outputWidth(in.size(2)) == out.size(2);
    if (!fits) {
      return "keep height and width by padding, or give a shortcut that changes them likewise";
    }
    return shortcut(
        stride == 1
            ? "conv2d(%d, 1)".formatted(out.size(0))
            : "conv2d(%d, 1, stride(%d))".formatted(out.size(0), stride));
  }

  private static String shortcut(String layer) {
    return "give a shortcut as well: residual(block, x -> x." + layer + ")";
  }
}

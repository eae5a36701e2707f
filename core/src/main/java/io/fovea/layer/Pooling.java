package io.fovea.layer;

import io.fovea.kernel.Pool2dGeometry;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.List;

/** Checks and shapes that the poolings share. */
final class Pooling {
  private Pooling() {}

  static void check(String type, Window window) {
    int vertical = Math.max(window.top(), window.bottom());
    int horizontal = Math.max(window.left(), window.right());
    if (2 * vertical > window.kernelHeight() || 2 * horizontal > window.kernelWidth()) {
      throw new IllegalArgumentException(
          type + ": padding must be at most half of the kernel, got " + window);
    }
    if (window.dilationHeight() != 1 || window.dilationWidth() != 1) {
      throw new IllegalArgumentException(type + ": dilation must be 1, got " + window);
    }
  }

  static Shape output(String type, Window window, List<Shape> inputs) {
    Shape input = Inputs.map(type, inputs);
    Pool2dGeometry g = geometry(window, input);
    if (g.outputHeight() < 1 || g.outputWidth() < 1) {
      throw new IllegalArgumentException(
          "%s window %s does not fit into input %s; use a smaller window"
              .formatted(type, window, input));
    }
    return Shape.of(g.channels(), g.outputHeight(), g.outputWidth());
  }

  static Pool2dGeometry geometry(Window window, Shape input) {
    return new Pool2dGeometry(input.size(0), input.size(1), input.size(2), window);
  }
}

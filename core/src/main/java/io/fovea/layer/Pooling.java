package io.fovea.layer;

import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.List;

/** Checks and shapes that the poolings share. */
final class Pooling {
  private Pooling() {}

  static void check(String type, Window window) {
    int vertical = Math.max(window.top(), window.bottom());
    int horizontal = Math.max(window.left(), window.right());
    if (vertical >= window.reachHeight() || horizontal >= window.reachWidth()) {
      throw new IllegalArgumentException(
          type + ": padding must be less than the kernel, got " + window);
    }
  }

  static Shape output(String type, List<Shape> inputs, Pool2dGeometry g) {
    Shape input = inputs.getFirst();
    if (g.outputHeight() < 1 || g.outputWidth() < 1) {
      throw new IllegalArgumentException(
          "%s window %s does not fit into input %s; use a smaller window"
              .formatted(type, g.window(), input));
    }
    if (!g.everyWindowReads()) {
      throw new IllegalArgumentException(
          "%s window %s on input %s has windows that lie in the padding alone; use less padding or less dilation"
              .formatted(type, g.window(), input));
    }
    return Shape.of(g.channels(), g.outputHeight(), g.outputWidth());
  }
}

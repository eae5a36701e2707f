package io.fovea.format.onnx.lower;

import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

final class FlattenOrder {
  private FlattenOrder() {}

  /**
   * For each feature of a view N,F the index of that feature in core's logical order, (C, H, W).
   *
   * @param shape of the value that is viewed
   */
  static int[] of(Axes axes, Shape shape) {
    if (axes.rank() != 2 || !axes.axes().getFirst().equals(List.of(Factor.BATCH))) {
      throw new IllegalArgumentException("expects a row of features an image, got " + axes);
    }
    int pixels = shape.rank() == 3 ? shape.size(1) * shape.size(2) : 1;
    int width = shape.rank() == 3 ? shape.size(2) : 1;
    int[] order = {0};
    for (Factor factor : axes.axes().get(1)) {
      int step =
          factor.stride()
              * switch (factor.origin()) {
                case CHANNEL -> pixels;
                case HEIGHT -> width;
                case WIDTH -> 1;
                case BATCH ->
                    throw new IllegalArgumentException(
                        "expects the images apart, got them among the features: " + axes);
              };
      // Row-major: the last factor runs fastest.
      int[] longer = new int[order.length * factor.size()];
      for (int i = 0; i < longer.length; i++) {
        longer[i] = order[i / factor.size()] + i % factor.size() * step;
      }
      order = longer;
    }
    return order;
  }

  /** True for N,F whose features are in core's order. */
  static boolean isLogical(Axes axes, Shape shape) {
    List<Factor> own = new ArrayList<>(Axes.of(shape).factors());
    own.removeFirst();
    return axes.rank() == 2
        && axes.axes().getFirst().equals(List.of(Factor.BATCH))
        && axes.axes().get(1).equals(own);
  }
}

package io.fovea.layer;

import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A rim of zeros around each map, (C, H, W) to (C, top + H + bottom, left + W + right): y[n,c,i,j]
 * = x[n, c, i - top, j - left], and 0 outside; dx is the inner part of dy. Convolutions and
 * poolings have their own padding; this layer is for other layers, and for networks of other
 * libraries that are written so (PyTorch's ZeroPad2d, which takes them as left, right, top, bottom;
 * ONNX Pad). The sides are in the order of {@link io.fovea.tensor.Window}.
 *
 * @param top rows above
 * @param left columns on the left
 * @param bottom rows below
 * @param right columns on the right
 */
public record ZeroPad2d(int top, int left, int bottom, int right) implements Layer {
  /** Throws IllegalArgumentException if a side is not from 0 to 32,767. */
  public ZeroPad2d {
    if (IntStream.of(top, left, bottom, right)
        .anyMatch(size -> size < 0 || size > Inputs.LARGEST)) {
      throw new IllegalArgumentException(
          "zero_pad2d: every side must be from 0 to %d, got top %d, left %d, bottom %d, right %d"
              .formatted(Inputs.LARGEST, top, left, bottom, right));
    }
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape input = Inputs.map(type(), inputs);
    long height = (long) top + input.size(1) + bottom;
    long width = (long) left + input.size(2) + right;
    return Inputs.resized(type(), input, input.size(0), height, width, "pad less");
  }

  Step forward(Tensor x, NodeContext workspace) {
    return Step.ofImages(this, x, workspace, this::surround, this::cut);
  }

  private void surround(Tensor y, Tensor x, int n) {
    int row = x.shape().size(2) * x.shape().size(0);
    int first = y.offset() + n * y.shape().elements();
    Arrays.fill(y.array(), first, first + y.shape().elements(), 0);
    for (int i = 0; i < x.shape().size(1); i++) {
      System.arraycopy(x.array(), innerRow(x, n, i), y.array(), outerRow(y, n, i), row);
    }
  }

  private void cut(Tensor dx, Tensor dy, int n) {
    int row = dx.shape().size(2) * dx.shape().size(0);
    for (int i = 0; i < dx.shape().size(1); i++) {
      System.arraycopy(dy.array(), outerRow(dy, n, i), dx.array(), innerRow(dx, n, i), row);
    }
  }

  private static int innerRow(Tensor inner, int n, int i) {
    Shape shape = inner.shape();
    return inner.offset() + (n * shape.size(1) + i) * shape.size(2) * shape.size(0);
  }

  /** The position of row i of the input in the padded map. */
  private int outerRow(Tensor outer, int n, int i) {
    Shape shape = outer.shape();
    int pixel = (n * shape.size(1) + top + i) * shape.size(2) + left;
    return outer.offset() + pixel * shape.size(0);
  }
}

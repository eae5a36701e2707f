package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;

/** Reads the attributes of convolutions and poolings: kernel_shape, strides, pads, auto_pad. */
final class WindowReader {
  private WindowReader() {}

  /**
   * The window of a node.
   *
   * @param kernel rows and columns of the kernel
   * @param maps the shape of its input, on which SAME padding depends
   */
  static Window of(OnnxNode node, long[] kernel, Shape maps) {
    if (kernel.length != 2) {
      throw new IllegalArgumentException(
          "expects a kernel with rows and columns, got %d sizes".formatted(kernel.length));
    }
    long[] strides = node.integers("strides", 1, 1);
    long[] dilations = node.integers("dilations", 1, 1);
    long[] pads = pads(node, kernel, strides, dilations, maps);
    if (strides.length != 2 || dilations.length != 2 || pads.length != 4) {
      throw new IllegalArgumentException("expects strides, dilations and pads of two axes");
    }
    return new Window(
        whole(kernel[0]),
        whole(kernel[1]),
        whole(strides[0]),
        whole(strides[1]),
        whole(pads[0]),
        whole(pads[1]),
        whole(pads[2]),
        whole(pads[3]),
        whole(dilations[0]),
        whole(dilations[1]));
  }

  private static int whole(long size) {
    return Math.toIntExact(size);
  }

  private static long[] pads(
      OnnxNode node, long[] kernel, long[] strides, long[] dilations, Shape maps) {
    String auto = node.text("auto_pad", "NOTSET");
    return switch (auto) {
      case "NOTSET" -> node.integers("pads", 0, 0, 0, 0);
      case "VALID" -> new long[4];
      case "SAME_UPPER", "SAME_LOWER" -> {
        long[] pads = new long[4];
        for (int axis = 0; axis < 2; axis++) {
          long all = samePadding(maps.size(axis + 1), kernel[axis], strides[axis], dilations[axis]);
          long less = all / 2;
          pads[axis] = auto.equals("SAME_UPPER") ? less : all - less;
          pads[axis + 2] = all - pads[axis];
        }
        yield pads;
      }
      default -> throw new IllegalArgumentException("knows no auto_pad " + auto);
    };
  }

  /** The padding that gives ceil(size / stride) outputs. */
  private static long samePadding(long size, long kernel, long stride, long dilation) {
    long outputs = Math.ceilDiv(size, stride);
    return Math.max(0, (outputs - 1) * stride + dilation * (kernel - 1) + 1 - size);
  }
}

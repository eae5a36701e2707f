package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.layer.AvgPool2d;
import io.fovea.layer.Conv2d;
import io.fovea.layer.ConvTranspose2d;
import io.fovea.layer.LocalResponseNorm;
import io.fovea.layer.MaxPool2d;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.Arrays;

/**
 * The layer of core that computes a convolution, a pooling or a local response normalisation, as
 * the node's attributes say. A node over one axis is one over maps of a single row.
 */
public final class NodeLayers {
  private static final int ROWS_AND_COLUMNS = 2;

  private NodeLayers() {}

  /**
   * The layer of Conv.
   *
   * @param w the weights, (O, C/groups, kernel)
   * @param maps the shape of the input, on which SAME padding depends
   * @throws IllegalArgumentException if attributes, weights and input do not fit each other
   */
  public static Conv2d conv(OnnxNode node, NdArray w, Shape maps) {
    int groups = groups(node);
    requireChannels(maps, Math.multiplyExact(w.dim(1), groups));
    Window window = window(node, kernel(node, w), maps);
    return new Conv2d(w.dim(0), window, groups, node.hasInput(2));
  }

  /**
   * The layer of ConvTranspose, with weights (C, O/groups, kernel). output_shape, and auto_pad SAME
   * with in * stride outputs, decide the padding:
   *
   * <pre>
   * padding = stride*(in-1) + output_padding + dilation*(kernel-1) + 1 - out, at least 0
   * </pre>
   *
   * @throws IllegalArgumentException if attributes, weights and input do not fit each other
   */
  public static ConvTranspose2d transposed(OnnxNode node, NdArray w, Shape maps) {
    int groups = groups(node);
    requireChannels(maps, w.dim(0));
    long[] kernel = kernel(node, w);
    long[] strides = pair(node, "strides", 1);
    long[] dilations = pair(node, "dilations", 1);
    long[] extra = pair(node, "output_padding", 0);
    long[] pads = node.has("pads") ? pads(node) : new long[4];
    long[] asked = node.integers("output_shape");
    String automatic = node.text("auto_pad", "NOTSET");
    boolean same = automatic.startsWith("SAME");
    if (asked.length == 1) {
      asked = new long[] {1, asked[0]};
    }
    for (int axis = 0; axis < 2 && (same || asked.length > 0); axis++) {
      long in = maps.size(axis + 1);
      long out = same && asked.length == 0 ? in * strides[axis] : asked[asked.length - 2 + axis];
      long grown = strides[axis] * (in - 1) + dilations[axis] * (kernel[axis] - 1) + 1;
      long all = Math.max(0, grown + extra[axis] - out);
      pads[axis] = automatic.equals("SAME_UPPER") ? all / 2 : all - all / 2;
      pads[axis + 2] = all - pads[axis];
      extra[axis] = out - grown + all;
    }
    return new ConvTranspose2d(
        Math.multiplyExact(w.dim(1), groups),
        window(kernel, strides, dilations, pads),
        Math.toIntExact(extra[0]),
        Math.toIntExact(extra[1]),
        groups,
        node.hasInput(2));
  }

  public static MaxPool2d maxPool(OnnxNode node, Shape maps) {
    return new MaxPool2d(window(node, pair(node, "kernel_shape", 1), maps), ceil(node));
  }

  public static AvgPool2d averagePool(OnnxNode node, Shape maps) {
    boolean padding = node.integer("count_include_pad", 0) != 0;
    return new AvgPool2d(window(node, pair(node, "kernel_shape", 1), maps), ceil(node), padding);
  }

  public static LocalResponseNorm localResponse(OnnxNode node) {
    return new LocalResponseNorm(
        Math.toIntExact(node.integer("size", 0)),
        node.number("alpha", 1e-4f),
        node.number("beta", 0.75f),
        node.number("bias", 1));
  }

  /** Repeats one number a group for each of its channels. */
  public static float[] spread(float[] values, int channels) {
    if (values.length == 0 || channels % values.length != 0) {
      throw new IllegalArgumentException(
          "expects a number for each of %d channels or their groups, got %d"
              .formatted(channels, values.length));
    }
    float[] all = new float[channels];
    for (int c = 0; c < channels; c++) {
      all[c] = values[c / (channels / values.length)];
    }
    return all;
  }

  /** Refuses maps of another number of channels than the weights have. */
  public static void requireChannels(Shape maps, int expected) {
    if (maps.size(0) != expected) {
      throw new IllegalArgumentException(
          "expects %d channels for its weight, got maps of %s".formatted(expected, maps));
    }
  }

  private static int groups(OnnxNode node) {
    return Math.toIntExact(node.integer("group", 1));
  }

  private static boolean ceil(OnnxNode node) {
    return node.integer("ceil_mode", 0) != 0;
  }

  /** The sizes of the weights' window, which kernel_shape may repeat. */
  private static long[] kernel(OnnxNode node, NdArray w) {
    long[] kernel = Arrays.stream(w.dims()).skip(2).asLongStream().toArray();
    long[] said = node.integers("kernel_shape", kernel);
    if (!Arrays.equals(said, kernel)) {
      throw new IllegalArgumentException(
          "expects weights with the kernel_shape %s, got %s".formatted(Arrays.toString(said), w));
    }
    return kernel.length == 1 ? new long[] {1, kernel[0]} : kernel;
  }

  /** The numbers of an attribute for rows and columns; a single one is that of the columns. */
  private static long[] pair(OnnxNode node, String name, long otherwise) {
    long[] given = node.integers(name, otherwise, otherwise);
    if (given.length == 1) {
      return new long[] {otherwise, given[0]};
    }
    if (given.length != ROWS_AND_COLUMNS) {
      throw new IllegalArgumentException(
          "expects %s of rows and columns, got %d numbers".formatted(name, given.length));
    }
    return given;
  }

  /** The padding before rows, before columns, behind rows and behind columns. */
  private static long[] pads(OnnxNode node) {
    long[] given = node.integers("pads", 0, 0, 0, 0);
    if (given.length == 2) {
      return new long[] {0, given[0], 0, given[1]};
    }
    if (given.length != 2 * ROWS_AND_COLUMNS) {
      throw new IllegalArgumentException(
          "expects pads on both sides of rows and columns, got %d numbers".formatted(given.length));
    }
    return given;
  }

  private static Window window(OnnxNode node, long[] kernel, Shape maps) {
    long[] strides = pair(node, "strides", 1);
    long[] dilations = pair(node, "dilations", 1);
    String automatic = node.text("auto_pad", "NOTSET");
    long[] pads =
        switch (automatic) {
          case "NOTSET" -> pads(node);
          case "VALID" -> new long[4];
          case "SAME_UPPER", "SAME_LOWER" -> {
            long[] same = new long[4];
            for (int axis = 0; axis < 2; axis++) {
              long all = padding(maps.size(axis + 1), kernel[axis], strides[axis], dilations[axis]);
              same[axis] = automatic.equals("SAME_UPPER") ? all / 2 : all - all / 2;
              same[axis + 2] = all - same[axis];
            }
            yield same;
          }
          default -> throw new IllegalArgumentException("knows no auto_pad " + automatic);
        };
    return window(kernel, strides, dilations, pads);
  }

  private static Window window(long[] kernel, long[] strides, long[] dilations, long[] pads) {
    return new Window(
        Math.toIntExact(kernel[0]),
        Math.toIntExact(kernel[1]),
        Math.toIntExact(strides[0]),
        Math.toIntExact(strides[1]),
        Math.toIntExact(pads[0]),
        Math.toIntExact(pads[1]),
        Math.toIntExact(pads[2]),
        Math.toIntExact(pads[3]),
        Math.toIntExact(dilations[0]),
        Math.toIntExact(dilations[1]));
  }

  /** The padding that gives ceil(size / stride) outputs. */
  private static long padding(long size, long kernel, long stride, long dilation) {
    long outputs = Math.ceilDiv(size, stride);
    return Math.max(0, (outputs - 1) * stride + dilation * (kernel - 1) + 1 - size);
  }
}

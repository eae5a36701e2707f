package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.value.NdArray;
import java.util.Arrays;

/**
 * A window that slides along one spatial axis: convolutions and pools have up to three.
 *
 * @param in the input's size
 * @param kernel the window's elements
 * @param stride elements from one window to the next
 * @param dilation the distance between its elements
 * @param before padding before the input
 * @param after padding behind it
 * @param out the number of windows
 */
record SpatialAxis(int in, int kernel, int stride, int dilation, int before, int after, int out) {
  /**
   * The axes of every window: depth, rows, columns; axes that an input does not have are of size 1.
   */
  static final int AXES = 3;

  private static final SpatialAxis TRIVIAL = new SpatialAxis(1, 1, 1, 1, 0, 0, 1);

  /** The index in the input of element u of window i; out of range in the padding. */
  int inputIndex(int i, int u) {
    return i * stride - before + u * dilation;
  }

  /** The first element of window i that is inside the input or after it. */
  int first(int i) {
    int origin = i * stride - before;
    return origin >= 0 ? 0 : Math.min(kernel, (-origin + dilation - 1) / dilation);
  }

  /** Past the last element that is inside the input. */
  int end(int i) {
    int left = in - (i * stride - before);
    return left <= 0 ? 0 : (int) Math.min(kernel, (left + (long) dilation - 1) / dilation);
  }

  /** The number of elements inside the input and its padding. */
  int padded(int i) {
    long left = (long) in + before + after - (long) i * stride;
    return Math.clamp((left + dilation - 1) / dilation, 0, kernel);
  }

  /** The windows of a node over an input (N, C, spatial axes). */
  static SpatialAxis[] of(OperatorContext context, NdArray x, int[] kernel, boolean ceil) {
    int spatial = x.rank() - 2;
    if (spatial < 1 || spatial > AXES || kernel.length != spatial) {
      throw context.error(
          "expects an input of 3 to 5 dimensions and a window of 2 less, got %s and %s"
              .formatted(x, NdArray.text(kernel)));
    }
    long[] strides = positives(context, "strides", spatial, 1);
    long[] dilations = positives(context, "dilations", spatial, 1);
    long[] pads = context.node().integers("pads", new long[2 * spatial]);
    if (pads.length != 2 * spatial) {
      throw context.error("expects %d pads, got %s".formatted(2 * spatial, Arrays.toString(pads)));
    }
    SpatialAxis[] axes = new SpatialAxis[AXES];
    Arrays.fill(axes, TRIVIAL);
    for (int i = 0; i < spatial; i++) {
      axes[AXES - spatial + i] =
          axis(
              context,
              new long[] {
                x.dim(i + 2), kernel[i], strides[i], dilations[i], pads[i], pads[i + spatial]
              },
              ceil);
    }
    return axes;
  }

  /** An attribute of integers from 1 up, one for each spatial axis. */
  static long[] positives(OperatorContext context, String name, int count, long otherwise) {
    long[] ones = new long[count];
    Arrays.fill(ones, otherwise);
    long[] values = context.node().integers(name, ones);
    boolean fits = values.length == count;
    for (long value : values) {
      fits &= value >= 1 && value <= 1 << 24;
    }
    if (!fits) {
      throw context.error(
          "expects %d %s from 1 up, got %s".formatted(count, name, Arrays.toString(values)));
    }
    return values;
  }

  private static SpatialAxis axis(OperatorContext context, long[] facts, boolean ceil) {
    long in = facts[0];
    long stride = facts[2];
    long reach = (facts[1] - 1) * facts[3] + 1;
    String automatic = context.node().text("auto_pad", "NOTSET");
    long before = facts[4];
    long after = facts[5];
    long out;
    switch (automatic) {
      case "NOTSET" -> {
        long room = in + before + after - reach;
        out = Math.floorDiv(room + (ceil ? stride - 1 : 0), stride) + 1;
        if (ceil && (out - 1) * stride >= in + before) {
          out--; // a window entirely in the padding behind the input
        }
      }
      case "VALID" -> {
        before = 0;
        after = 0;
        out = Math.floorDiv(in - reach + (ceil ? stride - 1 : 0), stride) + 1;
      }
      case "SAME_UPPER", "SAME_LOWER" -> {
        out = (in + stride - 1) / stride;
        long padding = Math.max(0, (out - 1) * stride + reach - in);
        before = automatic.equals("SAME_UPPER") ? padding / 2 : padding - padding / 2;
        after = padding - before;
      }
      default -> throw context.error("knows no auto_pad " + automatic);
    }
    if (before < 0 || after < 0 || reach > 1 << 30 || before > 1 << 24 || after > 1 << 24) {
      throw context.error("has pads %d and %d for a window of %d".formatted(before, after, reach));
    }
    if (out < 0 || out * stride > Integer.MAX_VALUE / 2) {
      throw context.error("has a window of %d over %d elements".formatted(reach, in));
    }
    return new SpatialAxis(
        (int) in,
        (int) facts[1],
        (int) stride,
        (int) facts[3],
        (int) before,
        (int) after,
        (int) out);
  }

  /** The result's shape: (n, channels, windows of each axis). */
  static int[] dims(OperatorContext context, SpatialAxis[] axes, int n, int channels, int spatial) {
    long[] dims = new long[2 + spatial];
    dims[0] = n;
    dims[1] = channels;
    for (int i = 0; i < spatial; i++) {
      dims[2 + i] = axes[AXES - spatial + i].out();
    }
    return context.dims(dims);
  }
}

package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.NdArray;

/** Copies elements: by strides, in blocks, along an axis. */
final class Strided {
  private Strided() {}

  static int[] strides(int... dims) {
    int[] strides = new int[dims.length];
    int stride = 1;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= dims[axis];
    }
    return strides;
  }

  /** The number of elements of the dimensions from {@code from} up to {@code to}. */
  static int product(int[] dims, int from, int to) {
    int product = 1;
    for (int axis = from; axis < to; axis++) {
      product *= dims[axis];
    }
    return product;
  }

  /** y[i0, i1, ...] = x[offset + i0*s0 + i1*s1 + ...] over the given dimensions. */
  static NdArray copy(NdArray x, int offset, int[] strides, int... dims) {
    NdArray y = NdArray.zeros(x.type(), dims);
    if (y.size() == 0) {
      return y;
    }
    int last = dims.length - 1;
    int inner = last < 0 ? 1 : dims[last];
    int step = last < 0 ? 1 : strides[last];
    int[] index = new int[dims.length];
    int from = offset;
    for (int to = 0; to < y.size(); to += inner) {
      line(x.data(), from, step, y.data(), to, inner);
      // Counts like an odometer, without a division for each line.
      for (int axis = last - 1; axis >= 0; axis--) {
        from += strides[axis];
        if (++index[axis] < dims[axis]) {
          break;
        }
        from -= strides[axis] * dims[axis];
        index[axis] = 0;
      }
    }
    return y;
  }

  private static void line(Object x, int from, int step, Object y, int to, int count) {
    if (step == 1) {
      System.arraycopy(x, from, y, to, count);
      return;
    }
    if (x instanceof float[] values) {
      float[] result = (float[]) y;
      for (int i = 0; i < count; i++) {
        result[to + i] = values[from + i * step];
      }
      return;
    }
    for (int i = 0; i < count; i++) { // of other types, mostly shapes and indices
      System.arraycopy(x, from + i * step, y, to + i, 1);
    }
  }

  /** The array with its axes in another order: axis i of the result is axis order[i]. */
  static NdArray transposed(NdArray x, int... order) {
    int[] strides = strides(x.dims());
    int[] dims = new int[order.length];
    int[] moved = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      dims[i] = x.dim(order[i]);
      moved[i] = strides[order[i]];
    }
    return copy(x, 0, moved, dims);
  }

  /**
   * Chosen places along an axis: y[.., i, ..] = x[.., places[i], ..], or the filling where a place
   * is negative.
   *
   * @param filling one element of the same type; its value where a place is negative
   */
  static NdArray taken(NdArray x, int axis, int[] places, NdArray filling) {
    int[] dims = x.dims();
    int outer = product(dims, 0, axis);
    int inner = product(dims, axis + 1, dims.length);
    int old = dims[axis];
    dims[axis] = places.length;
    NdArray y = NdArray.zeros(x.type(), dims);
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < places.length; i++) {
        int to = (o * places.length + i) * inner;
        if (places[i] >= 0) {
          System.arraycopy(x.data(), (o * old + places[i]) * inner, y.data(), to, inner);
        } else {
          fill(y, to, to + inner, filling);
        }
      }
    }
    return y;
  }

  /** Sets elements from {@code from} up to {@code to} to one value. */
  static void fill(NdArray y, int from, int to, NdArray value) {
    switch (y.data()) {
      case float[] values -> java.util.Arrays.fill(values, from, to, (float) value.doubleAt(0));
      case double[] values -> java.util.Arrays.fill(values, from, to, value.doubleAt(0));
      case long[] values -> java.util.Arrays.fill(values, from, to, value.longAt(0));
      case int[] values -> java.util.Arrays.fill(values, from, to, (int) value.longAt(0));
      case byte[] values -> java.util.Arrays.fill(values, from, to, (byte) value.longAt(0));
      default -> throw new AssertionError(y);
    }
  }

  static NdArray zero(ElementType type) {
    return NdArray.zeros(type);
  }
}

package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.value.NdArray;
import java.util.Arrays;
import java.util.List;

/**
 * ONNX's multidirectional broadcasting (docs/Broadcasting.md): shapes are aligned at their ends,
 * and a dimension of 1 is repeated.
 */
final class Broadcasting {
  private Broadcasting() {}

  static int[] dims(OperatorContext context, List<NdArray> arrays) {
    int rank = arrays.stream().mapToInt(NdArray::rank).max().orElse(0);
    long[] dims = new long[rank];
    Arrays.fill(dims, 1);
    for (NdArray array : arrays) {
      for (int i = 0; i < array.rank(); i++) {
        int at = rank - array.rank() + i;
        int dim = array.dim(i);
        if (dims[at] == 1) {
          dims[at] = dim;
        } else if (dim != 1 && dim != dims[at]) {
          throw context.error(
              "its inputs do not fit each other: %s"
                  .formatted(String.join(", ", arrays.stream().map(NdArray::toString).toList())));
        }
      }
    }
    return context.dims(dims);
  }

  /** The strides of an array that is broadcast to a larger shape; 0 for repeated axes. */
  static int[] strides(NdArray array, int... dims) {
    int[] own = Strided.strides(array.dims());
    int[] strides = new int[dims.length];
    for (int i = 0; i < own.length; i++) {
      strides[dims.length - own.length + i] = array.dim(i) == 1 ? 0 : own[i];
    }
    return strides;
  }

  /** The array, repeated to a shape; the array itself if it has that shape. */
  static NdArray expanded(NdArray array, int... dims) {
    return Arrays.equals(array.dims(), dims)
        ? array
        : Strided.copy(array, 0, strides(array, dims), dims);
  }

  /**
   * Computes one line along the last axis: indices of the first elements of both arrays and of the
   * result.
   */
  interface LineFunction {
    void compute(int a, int stepA, int b, int stepB, int y, int count);
  }

  /** Iterates over two arrays in their common shape, line by line. */
  static void walk(NdArray a, NdArray b, int[] dims, LineFunction function) {
    int size = Strided.product(dims, 0, dims.length);
    if (size == 0) {
      return;
    }
    int[] stridesA = strides(a, dims);
    int[] stridesB = strides(b, dims);
    int last = mergeable(stridesA, stridesB, dims);
    int inner = Strided.product(dims, last, dims.length);
    int stepA = dims.length == 0 ? 0 : stridesA[dims.length - 1];
    int stepB = dims.length == 0 ? 0 : stridesB[dims.length - 1];
    int[] index = new int[dims.length];
    int atA = 0;
    int atB = 0;
    for (int y = 0; y < size; y += inner) {
      function.compute(atA, stepA, atB, stepB, y, inner);
      for (int axis = last - 1; axis >= 0; axis--) {
        atA += stridesA[axis];
        atB += stridesB[axis];
        if (++index[axis] < dims[axis]) {
          break;
        }
        atA -= stridesA[axis] * dims[axis];
        atB -= stridesB[axis] * dims[axis];
        index[axis] = 0;
      }
    }
  }

  /**
   * The first of the last axes over which both arrays have one stride, so that they are one long
   * line.
   */
  private static int mergeable(int[] stridesA, int[] stridesB, int[] dims) {
    int axis = dims.length - 1;
    while (axis > 0
        && stridesA[axis - 1] == stridesA[axis] * dims[axis]
        && stridesB[axis - 1] == stridesB[axis] * dims[axis]) {
      axis--;
    }
    return Math.max(axis, 0);
  }
}

package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.NdArray;

/** Sets elements of arrays of any type. */
final class TypedStore {
  private TypedStore() {}

  /** Sets an element; a value that is too large for the type loses its upper bits. */
  static void set(NdArray y, int index, long value) {
    switch (y.data()) {
      case float[] values -> values[index] = value;
      case double[] values -> values[index] = value;
      case long[] values -> values[index] = value;
      case int[] values -> values[index] = (int) value;
      case byte[] values ->
          values[index] =
              (byte) (y.type() == ElementType.BOOL ? Math.min(1, Math.abs(value)) : value);
      default -> throw new AssertionError(y);
    }
  }

  /** Sets an element; for integers the fraction is truncated. */
  static void set(NdArray y, int index, double value) {
    switch (y.data()) {
      case float[] values -> values[index] = (float) value;
      case double[] values -> values[index] = value;
      case long[] values -> values[index] = (long) value;
      case int[] values -> values[index] = (int) value;
      case byte[] values ->
          values[index] = (byte) (y.type() == ElementType.BOOL ? value != 0 ? 1 : 0 : (int) value);
      default -> throw new AssertionError(y);
    }
  }

  static NdArray cast(NdArray x, ElementType type) {
    if (x.type() == type) {
      return x;
    }
    NdArray y = NdArray.zeros(type, x.dims());
    for (int i = 0; i < x.size(); i++) {
      if (x.type().isFloating() || type.isFloating()) {
        set(y, i, x.doubleAt(i));
      } else {
        set(y, i, x.longAt(i));
      }
    }
    return y;
  }
}

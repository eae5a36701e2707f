package io.fovea.format.onnx.value;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A typed n-dimensional array, row-major: element (i0, ..., ik) is at ((i0*d1 + i1)*d2 + i2)...
 * Immutable by convention: the returned arrays must not be written to.
 */
public final class NdArray {
  /** The longest array of the JVM. */
  static final int LONGEST = Integer.MAX_VALUE - 8;

  private final ElementType type;
  private final int[] dims;
  private final Object data;
  private final int size;

  private NdArray(ElementType type, int[] dims, Object data, int length) {
    long size = sizeOf(dims);
    if (size != length) {
      throw new IllegalArgumentException(
          "array: shape %s needs %d elements, got %d".formatted(text(dims), size, length));
    }
    this.type = type;
    this.dims = dims;
    this.data = data;
    this.size = length;
  }

  /** Floats in a shape; neither array is copied. */
  public static NdArray of(int[] dims, float... values) {
    return new NdArray(ElementType.FLOAT, dims, values, values.length);
  }

  /** Doubles in a shape; neither array is copied. */
  public static NdArray of(int[] dims, double... values) {
    return new NdArray(ElementType.DOUBLE, dims, values, values.length);
  }

  /** 64-bit integers in a shape; neither array is copied. */
  public static NdArray of(int[] dims, long... values) {
    return new NdArray(ElementType.INT64, dims, values, values.length);
  }

  /** 32-bit integers in a shape; neither array is copied. */
  public static NdArray of(int[] dims, int... values) {
    return new NdArray(ElementType.INT32, dims, values, values.length);
  }

  /** Bytes of type INT8, UINT8 or BOOL in a shape; neither array is copied. */
  public static NdArray of(ElementType type, int[] dims, byte... values) {
    if (type.bytes() != 1) {
      throw new IllegalArgumentException("array: bytes hold int8, uint8 or bool, got " + type);
    }
    return new NdArray(type, dims, values, values.length);
  }

  /** A list of 64-bit integers, as shapes are. */
  public static NdArray list(long... values) {
    return of(new int[] {values.length}, values);
  }

  /** A float scalar. */
  public static NdArray scalar(float value) {
    return of(new int[0], new float[] {value});
  }

  /** A 64-bit integer scalar. */
  public static NdArray scalar(long value) {
    return of(new int[0], new long[] {value});
  }

  /**
   * Zeros.
   *
   * @throws IllegalArgumentException if the shape has more elements than an array of the JVM
   */
  public static NdArray zeros(ElementType type, int... dims) {
    int size = (int) sizeOf(dims);
    return new NdArray(type, dims, storage(type, size), size);
  }

  private static Object storage(ElementType type, int size) {
    return switch (type) {
      case FLOAT -> new float[size];
      case DOUBLE -> new double[size];
      case INT64 -> new long[size];
      case INT32 -> new int[size];
      case INT8, UINT8, BOOL -> new byte[size];
    };
  }

  /** The type of the elements. */
  public ElementType type() {
    return type;
  }

  /** The sizes of the dimensions; a copy. */
  public int[] dims() {
    return dims.clone();
  }

  /** The number of dimensions; 0 for a single number. */
  public int rank() {
    return dims.length;
  }

  /** The size of a dimension. */
  public int dim(int axis) {
    return dims[axis];
  }

  /** The number of elements. */
  public int size() {
    return size;
  }

  /** The array itself, not a copy: not to be written to. */
  public float[] floats() {
    return (float[]) expect(ElementType.FLOAT);
  }

  /** The array itself, not a copy: not to be written to. */
  public double[] doubles() {
    return (double[]) expect(ElementType.DOUBLE);
  }

  /** The array itself, not a copy: not to be written to. */
  public long[] longs() {
    return (long[]) expect(ElementType.INT64);
  }

  /** The array itself, not a copy: not to be written to. */
  public int[] ints() {
    return (int[]) expect(ElementType.INT32);
  }

  /** The array of INT8, UINT8 or BOOL itself, not a copy: not to be written to. */
  public byte[] bytes() {
    return type.bytes() == 1 ? (byte[]) data : (byte[]) expect(ElementType.UINT8);
  }

  /** The primitive array itself, of any type. */
  public Object data() {
    return data;
  }

  private Object expect(ElementType expected) {
    if (type != expected) {
      throw new IllegalArgumentException("array: expects %s, got %s".formatted(expected, this));
    }
    return data;
  }

  /** An element as a double; a 64-bit integer beyond 2^53 is rounded. */
  public double doubleAt(int index) {
    return switch (data) {
      case float[] values -> values[index];
      case double[] values -> values[index];
      case long[] values -> values[index];
      case int[] values -> values[index];
      case byte[] values -> type == ElementType.UINT8 ? values[index] & 0xff : values[index];
      default -> throw new AssertionError(type);
    };
  }

  /** An element as a long; fractions are truncated, values out of range become the nearest long. */
  public long longAt(int index) {
    return switch (data) {
      case float[] values -> (long) values[index];
      case double[] values -> (long) values[index];
      case long[] values -> values[index];
      case int[] values -> values[index];
      case byte[] values -> type == ElementType.UINT8 ? values[index] & 0xff : values[index];
      default -> throw new AssertionError(type);
    };
  }

  /** All elements as floats: the array itself if it has floats, else a converted copy. */
  public float[] asFloats() {
    if (data instanceof float[] values) {
      return values;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) doubleAt(i);
    }
    return values;
  }

  /** All elements as longs: the array itself if it has longs, else a converted copy. */
  public long[] asLongs() {
    if (data instanceof long[] values) {
      return values;
    }
    long[] values = new long[size];
    for (int i = 0; i < size; i++) {
      values[i] = longAt(i);
    }
    return values;
  }

  /**
   * The same elements in another shape; nothing is copied.
   *
   * @throws IllegalArgumentException if it has another number of elements
   */
  public NdArray reshaped(int... shape) {
    return new NdArray(type, shape, data, size);
  }

  /**
   * The number of elements of a shape.
   *
   * @throws IllegalArgumentException if a dimension is negative, or there are more elements than an
   *     array of the JVM can have
   */
  public static long sizeOf(int... dims) {
    long size = 1;
    boolean empty = false;
    for (int dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException("array: a negative dimension in shape " + text(dims));
      }
      empty |= dim == 0;
    }
    if (empty) {
      return 0;
    }
    for (int dim : dims) {
      size *= dim;
      if (size > LONGEST) {
        throw new IllegalArgumentException(
            "array: shape %s has more than %d elements".formatted(text(dims), LONGEST));
      }
    }
    return size;
  }

  /** A shape in messages: {@code 1x3x224x224}. */
  public static String text(int... dims) {
    return dims.length == 0
        ? "scalar"
        : Arrays.stream(dims).mapToObj(Integer::toString).collect(Collectors.joining("x"));
  }

  /** Type and shape, such as {@code float 1x3x224x224}. */
  @Override
  public String toString() {
    return type + " " + text(dims);
  }

  /** Equal type, shape and elements (floats by their bits). */
  @Override
  public boolean equals(Object other) {
    return other instanceof NdArray array
        && type == array.type
        && Arrays.equals(dims, array.dims)
        && Arrays.deepEquals(new Object[] {data}, new Object[] {array.data});
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(dims) + Arrays.deepHashCode(new Object[] {type, data});
  }
}

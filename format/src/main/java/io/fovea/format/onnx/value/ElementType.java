package io.fovea.format.onnx.value;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The element types that Fovea supports, with their numbers in ONNX files. Halves ({@code float16},
 * {@code bfloat16}) are read as floats, which represent all their values exactly.
 */
public enum ElementType {
  /** 32-bit floating point. */
  FLOAT(1, 4),
  /** Unsigned bytes, stored in a {@code byte[]}. */
  UINT8(2, 1),
  /** Signed bytes. */
  INT8(3, 1),
  /** 32-bit integers. */
  INT32(6, 4),
  /** 64-bit integers. */
  INT64(7, 8),
  /** Booleans, stored in a {@code byte[]} of zeros and ones. */
  BOOL(9, 1),
  /** 64-bit floating point. */
  DOUBLE(11, 8);

  private final int code;
  private final int bytes;

  ElementType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The number of this type in ONNX's {@code TensorProto.DataType}. */
  public int code() {
    return code;
  }

  /** The size of an element. */
  public int bytes() {
    return bytes;
  }

  /** True for float and double. */
  public boolean isFloating() {
    return this == FLOAT || this == DOUBLE;
  }

  /** The type as ONNX's documentation writes it, such as {@code int64}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The type by its number in ONNX's {@code TensorProto.DataType}; halves count as floats. */
  public static Optional<ElementType> ofCode(int code) {
    int read = code == FLOAT16 || code == BFLOAT16 ? FLOAT.code : code;
    return Arrays.stream(values()).filter(type -> type.code == read).findFirst();
  }

  /** The number of IEEE's half precision in ONNX files. */
  public static final int FLOAT16 = 10;

  /** The number of the upper half of a float in ONNX files. */
  public static final int BFLOAT16 = 16;

  /** The name of any type number of ONNX, for messages. */
  public static String nameOf(int code) {
    String[] names =
        "undefined float uint8 int8 uint16 int16 int32 int64 string bool float16 double uint32 uint64 complex64 complex128 bfloat16"
            .split(" ", -1);
    return code >= 0 && code < names.length ? names[code] : "type " + code;
  }
}

package io.fovea.format.onnx.graph;

import com.google.protobuf.ByteString;
import io.fovea.format.FormatException;
import io.fovea.format.message.Quotation;
import io.fovea.format.onnx.proto.TensorProto;
import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.NdArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Converts arrays from and to ONNX's {@code TensorProto}: values little-endian in {@code raw_data},
 * in a list of their type, or in external data. Nothing is allocated before the values are known to
 * exist.
 */
public final class TensorProtos {
  private static final int MOST_DIMENSIONS = 64;

  /** Floats read at once, 1 MiB. */
  private static final int PIECE = 1 << 18;

  private TensorProtos() {}

  /**
   * The array of a message without external data.
   *
   * @param place the file and operation, for messages
   */
  public static NdArray read(TensorProto tensor, String place) throws FormatException {
    return read(tensor, null, place, ExternalData.NONE);
  }

  static NdArray read(TensorProto tensor, String place, ExternalData beside)
      throws FormatException {
    return read(tensor, null, place, beside);
  }

  /**
   * As above.
   *
   * @param apart the message's {@code raw_data} if it was left out of the message
   */
  static NdArray read(
      TensorProto tensor, @Nullable RawBytes apart, String place, ExternalData beside)
      throws FormatException {
    String where = place + ": tensor " + Quotation.of(tensor.getName());
    ElementType type =
        ElementType.ofCode(tensor.getDataType())
            .orElseThrow(
                () ->
                    new FormatException(
                        "%s has elements of %s, expects one of %s; convert it where it was written"
                            .formatted(
                                where, ElementType.nameOf(tensor.getDataType()), supported())));
    int[] dims = dims(tensor, where);
    int size;
    try {
      size = (int) NdArray.sizeOf(dims);
    } catch (IllegalArgumentException tooLarge) {
      throw new FormatException(
          where + ": " + tooLarge.getMessage() + "; the file is damaged", tooLarge);
    }
    // 1 is EXTERNAL: the values are in another file.
    if (tensor.getDataLocation() == 1) {
      int width = isHalf(tensor) ? 2 : type.bytes();
      return raw(tensor, type, dims, size, beside.bytes(tensor, (long) size * width, where));
    }
    if (tensor.hasRawData() || apart != null) {
      RawBytes bytes =
          apart != null ? apart : RawBytes.of(tensor.getRawData().asReadOnlyByteBuffer());
      long needed = (long) size * (isHalf(tensor) ? 2 : type.bytes());
      if (bytes.size() != needed) {
        throw new FormatException(
            "%s needs %d bytes for %s %s, got %d; the file is damaged"
                .formatted(where, needed, type, NdArray.text(dims), bytes.size()));
      }
      return raw(tensor, type, dims, size, bytes);
    }
    return listed(tensor, type, dims, size, where);
  }

  private static String supported() {
    return Arrays.stream(ElementType.values())
            .map(ElementType::toString)
            .collect(Collectors.joining(", "))
        + ", float16, bfloat16";
  }

  private static boolean isHalf(TensorProto tensor) {
    return tensor.getDataType() == ElementType.FLOAT16
        || tensor.getDataType() == ElementType.BFLOAT16;
  }

  private static int[] dims(TensorProto tensor, String where) throws FormatException {
    List<Long> given = tensor.getDimsList();
    if (given.size() > MOST_DIMENSIONS) {
      throw new FormatException(
          "%s may have at most %d dimensions, got %d; the file is damaged"
              .formatted(where, MOST_DIMENSIONS, given.size()));
    }
    int[] dims = new int[given.size()];
    for (int i = 0; i < dims.length; i++) {
      long dim = given.get(i);
      if (dim < 0 || dim > Integer.MAX_VALUE) {
        throw new FormatException(
            "%s must have dimensions from 0 to %d, got %d; the file is damaged"
                .formatted(where, Integer.MAX_VALUE, dim));
      }
      dims[i] = (int) dim;
    }
    return dims;
  }

  private static NdArray raw(
      TensorProto tensor, ElementType type, int[] dims, int size, RawBytes bytes)
      throws FormatException {
    return type == ElementType.FLOAT
        ? NdArray.of(dims, floats(tensor, size, bytes))
        : array(type, dims, bytes.piece(0, Math.toIntExact(bytes.size())));
  }

  /** The array of a buffer's elements; truth values become 0 and 1. */
  public static NdArray array(ElementType type, int[] dims, ByteBuffer elements) {
    NdArray array = NdArray.zeros(type, dims);
    switch (type) {
      case FLOAT -> elements.asFloatBuffer().get(array.floats());
      case DOUBLE -> elements.asDoubleBuffer().get(array.doubles());
      case INT64 -> elements.asLongBuffer().get(array.longs());
      case INT32 -> elements.asIntBuffer().get(array.ints());
      case INT8, UINT8, BOOL -> {
        elements.get(array.bytes());
        return bytes(type, dims, array.bytes());
      }
    }
    return array;
  }

  public static void put(NdArray array, ByteBuffer buffer) {
    switch (array.type()) {
      case FLOAT -> buffer.asFloatBuffer().put(array.floats());
      case DOUBLE -> buffer.asDoubleBuffer().put(array.doubles());
      case INT64 -> buffer.asLongBuffer().put(array.longs());
      case INT32 -> buffer.asIntBuffer().put(array.ints());
      case INT8, UINT8, BOOL -> buffer.duplicate().put(array.bytes());
    }
  }

  private static float[] floats(TensorProto tensor, int size, RawBytes bytes)
      throws FormatException {
    float[] values = new float[size];
    for (int at = 0; at < size; at += PIECE) {
      int count = Math.min(PIECE, size - at);
      if (isHalf(tensor)) {
        ByteBuffer halves = bytes.piece(2L * at, 2 * count);
        for (int i = 0; i < count; i++) {
          values[at + i] = half(tensor, halves.getShort(halves.position() + 2 * i));
        }
      } else {
        bytes.piece(4L * at, 4 * count).asFloatBuffer().get(values, at, count);
      }
    }
    return values;
  }

  private static float half(TensorProto tensor, short bits) {
    return tensor.getDataType() == ElementType.BFLOAT16
        ? Float.intBitsToFloat(bits << 16)
        : Float.float16ToFloat(bits);
  }

  private static NdArray bytes(ElementType type, int[] dims, byte[] values) {
    if (type == ElementType.BOOL) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (byte) (values[i] == 0 ? 0 : 1);
      }
    }
    return NdArray.of(type, dims, values);
  }

  private static NdArray listed(
      TensorProto tensor, ElementType type, int[] dims, int size, String where)
      throws FormatException {
    List<? extends Number> given =
        switch (type) {
          case FLOAT -> isHalf(tensor) ? tensor.getInt32DataList() : tensor.getFloatDataList();
          case DOUBLE -> tensor.getDoubleDataList();
          case INT64 -> tensor.getInt64DataList();
          case INT32, INT8, UINT8, BOOL -> tensor.getInt32DataList();
        };
    if (given.size() != size) {
      throw new FormatException(
          "%s needs %d values for %s %s, got %d; the file is damaged"
              .formatted(where, size, type, NdArray.text(dims), given.size()));
    }
    return switch (type) {
      case FLOAT -> {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
          Number value = given.get(i);
          values[i] = isHalf(tensor) ? half(tensor, value.shortValue()) : value.floatValue();
        }
        yield NdArray.of(dims, values);
      }
      case DOUBLE -> NdArray.of(dims, given.stream().mapToDouble(Number::doubleValue).toArray());
      case INT64 -> NdArray.of(dims, given.stream().mapToLong(Number::longValue).toArray());
      case INT32 -> NdArray.of(dims, given.stream().mapToInt(Number::intValue).toArray());
      case INT8, UINT8, BOOL -> {
        byte[] values = new byte[size];
        for (int i = 0; i < size; i++) {
          values[i] = given.get(i).byteValue();
        }
        yield bytes(type, dims, values);
      }
    };
  }

  /** An array as a message, its values in {@code raw_data}. */
  public static TensorProto write(String name, NdArray array) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(array.type().code());
    for (int dim : array.dims()) {
      tensor.addDims(dim);
    }
    ByteBuffer data =
        ByteBuffer.allocate(Math.multiplyExact(array.size(), array.type().bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    put(array, data);
    return tensor.setRawData(ByteString.copyFrom(data)).build();
  }
}

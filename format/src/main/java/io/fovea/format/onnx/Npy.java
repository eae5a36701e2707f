package io.fovea.format.onnx;

import io.fovea.format.FormatException;
import io.fovea.format.content.FileContent;
import io.fovea.format.content.InputFile;
import io.fovea.format.content.OutputFile;
import io.fovea.format.message.Quotation;
import io.fovea.format.onnx.graph.TensorProtos;
import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.NdArray;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * numpy's file format for one array (numpy.org, numpy.lib.format): versions 1 to 3, both byte
 * orders, row-major or column-major, with the types in {@link ElementType}, and halves, which are
 * read as floats.
 */
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** numpy's own limit for files that are not trusted. */
  private static final int LONGEST_HEADER = 10_000;

  /** As in numpy 2. */
  private static final int MOST_DIMENSIONS = 64;

  /** The offset of the values is a multiple of this. */
  private static final int ALIGNMENT = 64;

  private static final Pattern DESCR =
      Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([a-z]\\d+|\\?)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d\\sL,]*)\\)");

  private final String place;
  private final ByteBuffer data;
  private final String kind;

  private Npy(String place, ByteBuffer data, String kind) {
    this.place = place;
    this.data = data;
    this.kind = kind;
  }

  /**
   * Reads a file.
   *
   * @throws FormatException if it cannot be read, is damaged, or has another type
   */
  public static NdArray read(Path file) throws FormatException {
    String place = Quotation.fileName(file) + ": read";
    InputFile.requireFile(file, place);
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException failure) {
      throw FormatException.of(file, "read", failure);
    }
    if (bytes.length < 12 || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new FormatException(
          place
              + ": "
              + FileContent.of(bytes)
                  .unlike(FileContent.NUMPY)
                  .orElse("this is no .npy file, or it is cut off; write it with numpy.save"));
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int version = bytes[MAGIC.length];
    long length = version == 1 ? buffer.getShort(8) & 0xffff : buffer.getInt(8) & 0xffffffffL;
    int start = version == 1 ? 10 : 12;
    if (version < 1 || version > 3 || length > LONGEST_HEADER || start + length > bytes.length) {
      throw new FormatException(
          "%s: a header of %d bytes in version %d of .npy cannot be read; the file is damaged"
              .formatted(place, length, version));
    }
    String header =
        new String(
            bytes,
            start,
            (int) length,
            version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    buffer.position(start + (int) length);
    return array(place, header, buffer);
  }

  private static NdArray array(String place, String header, ByteBuffer buffer)
      throws FormatException {
    Matcher descr = DESCR.matcher(header);
    Matcher order = ORDER.matcher(header);
    Matcher shape = SHAPE.matcher(header);
    if (!descr.find() || !order.find() || !shape.find()) {
      throw new FormatException(
          "%s: expects numbers or truth values in a header of descr, fortran_order and shape, got %s"
              .formatted(place, Quotation.of(header.strip())));
    }
    boolean big = descr.group(1).equals(">");
    ByteBuffer data = buffer.slice().order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    int[] dims = dims(place, shape.group(1));
    boolean columns = order.group(1).equals("True");
    int[] stored = columns ? reversed(dims) : dims;
    NdArray array = new Npy(place, data, descr.group(2)).values(stored);
    return columns ? rowMajor(array, dims) : array;
  }

  private static int[] dims(String place, String shape) throws FormatException {
    try {
      int[] dims =
          Arrays.stream(shape.replace("L", "").split(",", -1))
              .map(String::strip)
              .filter(part -> !part.isEmpty())
              .mapToInt(Integer::parseInt)
              .toArray();
      if (dims.length > MOST_DIMENSIONS) {
        throw new FormatException(
            "%s: expects at most %d dimensions, got %d; the file is damaged"
                .formatted(place, MOST_DIMENSIONS, dims.length));
      }
      NdArray.sizeOf(dims);
      return dims;
    } catch (IllegalArgumentException damaged) { // an invalid number, or too large a shape
      throw new FormatException(
          "%s: the shape (%s) cannot be read; the file is damaged"
              .formatted(place, Quotation.plain(shape)),
          damaged);
    }
  }

  private static int[] reversed(int[] dims) {
    int[] reversed = new int[dims.length];
    for (int i = 0; i < dims.length; i++) {
      reversed[i] = dims[dims.length - 1 - i];
    }
    return reversed;
  }

  private NdArray values(int[] dims) throws FormatException {
    return switch (kind) {
      case "f2" -> {
        float[] values = new float[size(dims, 2)];
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.float16ToFloat(data.getShort(2 * i));
        }
        yield NdArray.of(dims, values);
      }
      case "f4" -> array(ElementType.FLOAT, dims);
      case "f8" -> array(ElementType.DOUBLE, dims);
      case "i8" -> array(ElementType.INT64, dims);
      case "i4" -> array(ElementType.INT32, dims);
      case "i1" -> array(ElementType.INT8, dims);
      case "u1" -> array(ElementType.UINT8, dims);
      case "b1", "?" -> array(ElementType.BOOL, dims);
      default ->
          throw new FormatException(
              "%s: expects elements of f2, f4, f8, i1, i4, i8, u1 or b1, got %s; convert it with numpy.astype"
                  .formatted(place, kind));
    };
  }

  private NdArray array(ElementType type, int[] dims) throws FormatException {
    size(dims, type.bytes());
    return TensorProtos.array(type, dims, data);
  }

  /** The number of elements, after a check that all of them are in the file. */
  private int size(int[] dims, int width) throws FormatException {
    long needed = NdArray.sizeOf(dims) * width;
    if (needed != data.remaining()) {
      throw new FormatException(
          "%s: shape %s of %s needs %d bytes, got %d; the file is damaged or cut off"
              .formatted(place, NdArray.text(dims), kind, needed, data.remaining()));
    }
    return (int) NdArray.sizeOf(dims);
  }

  /** A column-major array as a row-major one: its stored dimensions are reversed. */
  private static NdArray rowMajor(NdArray stored, int[] dims) {
    NdArray array = NdArray.zeros(stored.type(), dims);
    int[] index = new int[dims.length];
    for (int to = 0; to < array.size(); to++) {
      int from = 0;
      for (int axis = dims.length - 1; axis >= 0; axis--) {
        from = from * dims[axis] + index[axis];
      }
      System.arraycopy(stored.data(), from, array.data(), to, 1);
      for (int axis = dims.length - 1; axis >= 0 && ++index[axis] == dims[axis]; axis--) {
        index[axis] = 0;
      }
    }
    return array;
  }

  /**
   * Writes a file atomically: little-endian, row-major.
   *
   * @throws FormatException if it cannot be written
   */
  public static void write(NdArray array, Path file) throws FormatException {
    String descr =
        switch (array.type()) {
          case FLOAT -> "<f4";
          case DOUBLE -> "<f8";
          case INT64 -> "<i8";
          case INT32 -> "<i4";
          case INT8 -> "|i1";
          case UINT8 -> "|u1";
          case BOOL -> "|b1";
        };
    String shape =
        Arrays.stream(array.dims()).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    String text =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s%s), }"
            .formatted(descr, shape, array.rank() == 1 ? "," : "");
    // 10 bytes before the text, a new line behind it: spaces up to a multiple of 64.
    int length = -(10 + text.length() + 1) & (ALIGNMENT - 1);
    String header = text + " ".repeat(length) + "\n";
    ByteBuffer buffer =
        ByteBuffer.allocate(
                Math.toIntExact(10L + header.length() + (long) array.size() * array.type().bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    buffer.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) header.length());
    buffer.put(header.getBytes(StandardCharsets.ISO_8859_1));
    TensorProtos.put(array, buffer);
    OutputFile.write(file, out -> out.write(buffer.array()));
  }
}

package io.fovea.format.tensors;

import io.fovea.format.FormatException;
import io.fovea.format.content.FileContent;
import io.fovea.format.content.InputFile;
import io.fovea.format.message.Quotation;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * An open safetensors file (huggingface.co/docs/safetensors): 8 bytes of header length,
 * little-endian; the header in JSON; the tensors' values, little-endian and row-major. The header
 * is read and checked when the file is opened, values on request.
 */
public record SafeTensors(Path file, FileChannel channel, long dataStart, SafeTensorsHeader header)
    implements Closeable {
  private static final int LENGTH_BYTES = 8;

  /** Opens a file and checks everything except the values. */
  public static SafeTensors open(Path file) throws FormatException {
    return InputFile.open(file, place(file), channel -> open(file, channel));
  }

  private static SafeTensors open(Path file, FileChannel channel) throws IOException {
    Optional<String> other = FileContent.of(channel).unlike(FileContent.SAFETENSORS);
    if (other.isPresent()) {
      throw new FormatException(place(file) + ": " + other.get());
    }
    long size = channel.size();
    if (size < LENGTH_BYTES) {
      throw new FormatException(
          "%s: a safetensors file begins with the 8 bytes of its header's length, got %d bytes in all; this is no safetensors file, or it is cut off"
              .formatted(place(file), size));
    }
    ByteBuffer first = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    InputFile.fill(channel, first, 0);
    long length = first.getLong(0);
    if (length < 0 || length > FileContent.LONGEST_HEADER) {
      throw new FormatException(
          "%s: the header may have at most %d bytes, got %s; this is no safetensors file, or it is damaged"
              .formatted(place(file), FileContent.LONGEST_HEADER, Long.toUnsignedString(length)));
    }
    if (length > size - LENGTH_BYTES) {
      throw new FormatException(
          "%s: the header should have %d bytes, but only %d follow; the file is cut off, fetch or write it again"
              .formatted(place(file), length, size - LENGTH_BYTES));
    }
    ByteBuffer text = ByteBuffer.allocate((int) length);
    InputFile.fill(channel, text, LENGTH_BYTES);
    long dataStart = LENGTH_BYTES + length;
    SafeTensorsHeader header = SafeTensorsHeader.parse(place(file), text.array(), size - dataStart);
    return new SafeTensors(file, channel, dataStart, header);
  }

  private static String place(Path file) {
    return Quotation.fileName(file) + ": read";
  }

  public String place() {
    return place(file);
  }

  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** The tensors by name, in the order of the data. */
  public Map<String, TensorEntry> tensors() {
    return header.tensors();
  }

  /** The values of a tensor of floats: F16, BF16 and F32 exactly, F64 rounded to floats. */
  public float[] floats(TensorEntry entry) throws FormatException {
    if (!entry.type().isWeight()) {
      throw FloatDecoding.wrongType(place(), entry, DataType.WEIGHTS);
    }
    float[] values = new float[FloatDecoding.arrayLength(place(), entry)];
    read(entry, (buffer, at, n) -> FloatDecoding.decode(place(), entry, buffer, values, at, n));
    return values;
  }

  public long[] longs(TensorEntry entry) throws FormatException {
    if (entry.type() != DataType.I64) {
      throw FloatDecoding.wrongType(place(), entry, "I64");
    }
    long[] values = new long[FloatDecoding.arrayLength(place(), entry)];
    read(entry, (buffer, at, n) -> buffer.asLongBuffer().get(values, at, n));
    return values;
  }

  private void read(TensorEntry entry, InputFile.Piece piece) throws FormatException {
    int width = entry.type().bits() / 8;
    long begin = dataStart + entry.begin();
    try {
      InputFile.read(channel, begin, entry.elements(), width, ByteOrder.LITTLE_ENDIAN, piece);
    } catch (IOException failure) {
      throw FormatException.of(file, "read", failure);
    }
  }

  @Override
  public void close() throws FormatException {
    try {
      channel.close();
    } catch (IOException failure) {
      throw FormatException.of(file, "read", failure);
    }
  }
}

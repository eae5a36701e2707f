package io.fovea.format;

import io.fovea.format.message.FileContent;
import io.fovea.format.message.InputFile;
import io.fovea.format.message.Quotation;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;

/**
 * An open safetensors file (huggingface.co/docs/safetensors): 8 bytes of header length,
 * little-endian; the header in JSON; the tensors' values, little-endian and row-major. The header
 * is read and checked when the file is opened, values on request.
 */
record SafeTensors(Path file, FileChannel channel, long dataStart, SafeTensorsHeader header)
    implements Closeable {
  /** The limit of the reference implementation. */
  private static final long LONGEST_HEADER = 100_000_000;

  private static final int LENGTH_BYTES = 8;

  /** Bytes read at once: keeps memory at the values themselves. */
  private static final int PIECE = 1 << 16;

  /** Opens a file and checks everything except the values. */
  static SafeTensors open(Path file) throws FormatException {
    InputFile.requireFile(file, place(file));
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      try {
        return open(file, channel);
      } catch (IOException | RuntimeException | Error failure) {
        channel.close();
        throw failure;
      }
    } catch (IOException failure) {
      throw FormatException.of(file, "read", failure);
    }
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
    fill(channel, first, 0);
    long length = first.getLong(0);
    if (length < 0 || length > LONGEST_HEADER) {
      throw new FormatException(
          "%s: the header may have at most %d bytes, got %s; this is no safetensors file, or it is damaged"
              .formatted(place(file), LONGEST_HEADER, Long.toUnsignedString(length)));
    }
    if (length > size - LENGTH_BYTES) {
      throw new FormatException(
          "%s: the header should have %d bytes, but only %d follow; the file is cut off, fetch or write it again"
              .formatted(place(file), length, size - LENGTH_BYTES));
    }
    ByteBuffer text = ByteBuffer.allocate((int) length);
    fill(channel, text, LENGTH_BYTES);
    long dataStart = LENGTH_BYTES + length;
    SafeTensorsHeader header = SafeTensorsHeader.parse(place(file), text.array(), size - dataStart);
    return new SafeTensors(file, channel, dataStart, header);
  }

  private static void fill(FileChannel channel, ByteBuffer buffer, long position)
      throws IOException {
    long start = position;
    while (buffer.hasRemaining()) {
      int count = channel.read(buffer, start + buffer.position());
      if (count < 0) {
        throw new EOFException("ends early; somebody else may be writing it, try again");
      }
    }
  }

  private static String place(Path file) {
    return Quotation.fileName(file) + ": read";
  }

  /** The file and operation, for messages. */
  String place() {
    return place(file);
  }

  Map<String, String> metadata() {
    return header.metadata();
  }

  /** The tensors by name, in the order of the data. */
  Map<String, TensorEntry> tensors() {
    return header.tensors();
  }

  /** The values of a tensor of floats: F16, BF16 and F32 exactly, F64 rounded to floats. */
  float[] floats(TensorEntry entry) throws FormatException {
    if (!entry.type().isWeight()) {
      throw FloatDecoding.wrongType(place(), entry, DataType.WEIGHTS);
    }
    float[] values = new float[FloatDecoding.arrayLength(place(), entry)];
    readPieces(
        entry, (buffer, at, n) -> FloatDecoding.decode(place(), entry, buffer, values, at, n));
    return values;
  }

  /** The values of an I64 tensor. */
  long[] longs(TensorEntry entry) throws FormatException {
    if (entry.type() != DataType.I64) {
      throw FloatDecoding.wrongType(place(), entry, "I64");
    }
    long[] values = new long[FloatDecoding.arrayLength(place(), entry)];
    readPieces(entry, (buffer, at, n) -> buffer.asLongBuffer().get(values, at, n));
    return values;
  }

  /** Copies the first {@code count} elements of a buffer to index {@code at} of the values. */
  private interface Piece {
    void take(ByteBuffer buffer, int at, int count) throws FormatException;
  }

  private void readPieces(TensorEntry entry, Piece piece) throws FormatException {
    int width = entry.type().bits() / 8;
    ByteBuffer buffer = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
    long elements = entry.elements();
    try {
      for (long at = 0; at < elements; at += PIECE / width) {
        int count = (int) Math.min(PIECE / width, elements - at);
        buffer.clear().limit(count * width);
        fill(channel, buffer, dataStart + entry.begin() + at * width);
        piece.take(buffer.flip(), (int) at, count);
      }
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

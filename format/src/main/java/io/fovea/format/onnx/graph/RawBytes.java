package io.fovea.format.onnx.graph;

import io.fovea.format.FormatException;
import io.fovea.format.content.InputFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The little-endian bytes of a value, read a piece at a time: a weight of half a GB is then in
 * memory only once, as its array.
 */
interface RawBytes {
  long size();

  /** Some of them, from the buffer's position to its limit; a file is read only here. */
  ByteBuffer piece(long at, int length) throws FormatException;

  static RawBytes of(ByteBuffer bytes) {
    return new RawBytes() {
      @Override
      public long size() {
        return bytes.remaining();
      }

      @Override
      public ByteBuffer piece(long at, int length) {
        return bytes
            .slice(bytes.position() + Math.toIntExact(at), length)
            .order(ByteOrder.LITTLE_ENDIAN);
      }
    };
  }

  static RawBytes of(Path file, long offset, long size) {
    return new RawBytes() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public ByteBuffer piece(long at, int length) throws FormatException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
          InputFile.fill(channel, buffer, offset + at);
        } catch (IOException failure) {
          throw FormatException.of(file, "read", failure);
        }
        return buffer.flip();
      }
    };
  }
}

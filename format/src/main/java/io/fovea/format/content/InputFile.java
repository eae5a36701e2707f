package io.fovea.format.content;

import io.fovea.format.FormatException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Opens and reads input files, at any position. */
public final class InputFile {
  /** Bytes read at once: keeps memory at what is made of them. */
  private static final int PIECE = 1 << 16;

  private InputFile() {}

  public interface Opening<T> {
    T open(FileChannel channel) throws IOException;
  }

  /** Takes {@code count} elements, of which the first has the index {@code at} in an array. */
  public interface Piece {
    void take(ByteBuffer buffer, int at, int count) throws IOException;
  }

  /** Opens a file, which stays open unless the opening fails. */
  public static <T> T open(Path file, String place, Opening<T> opening) throws FormatException {
    requireFile(file, place);
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      try {
        return opening.open(channel);
      } catch (IOException | RuntimeException | Error failure) {
        channel.close();
        throw failure;
      }
    } catch (IOException failure) {
      throw FormatException.of(file, "read", failure);
    }
  }

  /** Reads elements of {@code width} bytes, a power of 2, from a position on, piece by piece. */
  public static void read(
      FileChannel channel, long position, long elements, int width, ByteOrder order, Piece piece)
      throws IOException {
    long length = elements * width;
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(PIECE, length)).order(order);
    for (long at = 0; at < length; at += PIECE) {
      int bytes = (int) Math.min(PIECE, length - at);
      fill(channel, buffer.clear().limit(bytes), position + at);
      piece.take(buffer.flip(), (int) (at / width), bytes / width);
    }
  }

  public static void fill(FileChannel channel, ByteBuffer buffer, long position)
      throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException("ends early; somebody else may be writing it, try again");
      }
    }
  }

  /**
   * Refuses folders, and pipes and devices, which may never end.
   *
   * @param place the beginning of the message
   */
  public static void requireFile(Path file, String place) throws FormatException {
    if (Files.isDirectory(file)) {
      throw new FormatException(
          place + ": expects a file, got a folder; give the name of a file in it");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new FormatException(
          place
              + ": expects a file, got a pipe or a device, which may never end; give the name of a file");
    }
  }
}

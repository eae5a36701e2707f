package io.fovea.data;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes a file so that its name always stands for the whole content, old or new: temporary file in
 * the same folder, fsync, rename. Several writers of one file do not disturb each other; the last
 * rename wins.
 */
final class AtomicFile {
  /** The end of the names of temporary files; they begin with a dot. */
  static final String PART = ".part";

  private AtomicFile() {}

  /** Writes the bytes of one file. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes {@code target}; where that fails the old content, if any, is still there. */
  static void write(Path target, Content content) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path folder = absolute.getParent();
    if (folder == null) {
      throw new DataException("write: expects the path of a file, got " + target);
    }
    Files.createDirectories(folder);
    // Not Files.createTempFile: its files can be read by their owner only, and a cache may be
    // shared.
    String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    Path temporary = folder.resolve("." + absolute.getFileName() + "." + random + PART);
    try {
      try (FileChannel channel =
              FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
        content.writeTo(out);
        out.flush();
        channel.force(true);
      }
      Files.move(
          temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    syncFolder(folder);
  }

  /**
   * Makes the rename itself durable, where the system lets a folder be opened (Windows does not).
   */
  private static void syncFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException unsupported) {
      // The file is complete under its name; only a power cut this instant could undo the rename.
    }
  }
}

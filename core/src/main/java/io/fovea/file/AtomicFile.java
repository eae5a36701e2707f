package io.fovea.file;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes a file so that its name always stands for whole content, old or new, through crashes, full
 * disks and power cuts: temporary file in the same folder, fsync, rename, fsync of the folder.
 * Where it fails, the previous file is untouched and the temporary one is gone. Several writers of
 * one file do not disturb each other: the last rename wins.
 *
 * <p>An interrupted thread finishes the write and stays interrupted: the checkpoint that an
 * interruption asks for must not be lost to it.
 */
public final class AtomicFile {
  /**
   * The end of the names of temporary files, which begin with a dot: a killed process leaves one.
   */
  public static final String PART = ".part";

  private AtomicFile() {}

  /** The content of a file. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes the whole content; called again from the start where an interruption spoiled it.
     *
     * @throws IOException if it cannot
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes a file, and the folders above it where they are missing. A target that is neither file
   * nor folder, such as /dev/stdout, is written to directly.
   *
   * @throws IOException if it cannot be written; the previous file, if any, is untouched
   */
  public static void write(Path target, Content content) throws IOException {
    if (Files.isDirectory(target)) {
      throw new IOException("expects the name of a file, got a folder; add a file name");
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      writeDirectly(target, content);
    } else {
      writeAndRename(target.toAbsolutePath(), content);
    }
  }

  /**
   * Writes a text file in UTF-8.
   *
   * @throws IOException if it cannot be written; the previous file, if any, is untouched
   */
  public static void write(Path target, String text) throws IOException {
    write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Devices and pipes cannot be replaced by a rename, and must not be. */
  private static void writeDirectly(Path target, Content content) throws IOException {
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(target, StandardOpenOption.WRITE))) {
      content.writeTo(out);
    }
  }

  private static void writeAndRename(Path target, Content content) throws IOException {
    Path folder = target.getParent();
    if (folder == null) {
      throw new IOException("expects the path of a file; add a file name");
    }
    Files.createDirectories(folder);
    // Not Files.createTempFile: its files may be read by their owner alone, and the name would
    // stay so after the rename.
    String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    Path temporary = folder.resolve(".fovea-" + random + PART);
    boolean interrupted = false;
    try {
      while (true) {
        // A set interrupt flag closes the channel of any thread that writes to it.
        interrupted |= Thread.interrupted();
        try {
          writeDurably(temporary, content);
          break;
        } catch (ClosedByInterruptException spoiled) {
          interrupted = true;
        }
      }
      rename(temporary, target);
      syncFolder(folder);
    } finally {
      delete(temporary);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void delete(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException stuck) {
      // What made the write fail, if anything did, is the better message.
    }
  }

  private static void writeDurably(Path temporary, Content content) throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                temporary,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
      content.writeTo(out);
      out.flush();
      channel.force(true);
    }
  }

  private static void rename(Path temporary, Path target) throws IOException {
    try {
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException unsupported) {
      Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * Makes the rename itself durable, where the system lets a folder be opened (Windows does not).
   */
  private static void syncFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException unsupported) {
      // The file is whole under its name; only a power cut this instant could undo the rename.
    }
  }
}

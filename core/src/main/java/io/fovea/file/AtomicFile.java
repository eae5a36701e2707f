package io.fovea.file;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes files atomically: after a crash, a full disk or a power cut the name has the complete old
 * or new content. It writes a temporary file in the same folder, then fsync, rename, fsync of the
 * folder. On failure the previous file is untouched and the temporary one is deleted. Concurrent
 * writers of one file do not disturb each other: the last rename wins. A killed process leaves its
 * temporary file; the first write to the folder a day later deletes it.
 *
 * <p>An interrupted thread finishes the write and stays interrupted, so that the checkpoint that a
 * run saves when it is interrupted is not lost.
 */
public final class AtomicFile {
  /** The suffix of temporary files, whose names begin with a dot; a killed process leaves one. */
  public static final String PART = ".part";

  private static final String PREFIX = ".fovea-";

  /** The age at which a temporary file has no writer any more. */
  private static final Duration ABANDONED = Duration.ofDays(1);

  private static final Path DEV = Path.of("/dev");
  private static final Path PROC = Path.of("/proc");
  private static final Path STDOUT = DEV.resolve("stdout");

  private AtomicFile() {}

  /** The content of a file. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes the complete content; called again from the start if an interruption closed the
     * stream.
     *
     * @throws IOException if it cannot
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes a file, and creates missing folders above it. A target that is neither file nor folder,
   * and one that stands for a descriptor, such as /dev/stdout, also if that is redirected to a
   * file, is written to directly.
   *
   * @throws IOException if it cannot be written; the previous file, if any, is untouched
   */
  public static void write(Path target, Content content) throws IOException {
    if (Files.exists(target) && (!Files.isRegularFile(target) || isDescriptor(target))) {
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

  /** True if a link, or the last of a chain of links, is one of the system in /dev or /proc. */
  private static boolean isDescriptor(Path target) throws IOException {
    Path at = target.toAbsolutePath();
    while (Files.isSymbolicLink(at)) { // ends: the target exists
      Path folder = at.resolveSibling("").toRealPath();
      if (folder.equals(DEV) || folder.startsWith(PROC)) {
        return true;
      }
      at = folder.resolve(Files.readSymbolicLink(at));
    }
    return false;
  }

  /** Writes to a device, pipe or descriptor, which a rename must not replace. */
  private static void writeDirectly(Path target, Content content) throws IOException {
    if (Files.exists(STDOUT) && Files.isSameFile(STDOUT, target)) {
      // A file that is opened a second time has a position of its own: what is printed later would
      // overwrite the content.
      OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out));
      content.writeTo(out);
      out.flush();
      return;
    }
    OpenOption option =
        Files.isRegularFile(target) ? StandardOpenOption.APPEND : StandardOpenOption.WRITE;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(target, option))) {
      content.writeTo(out);
    }
  }

  private static void writeAndRename(Path target, Content content) throws IOException {
    Path folder = target.resolveSibling("");
    Files.createDirectories(folder);
    deleteAbandoned(folder, Instant.now().minus(ABANDONED));
    // Not Files.createTempFile: its files are readable by their owner only, and would remain so
    // after the rename.
    String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    Path temporary = folder.resolve(PREFIX + random + PART);
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
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      syncFolder(folder);
    } catch (FileSystemException failure) {
      throw temporary.toString().equals(failure.getFile()) ? named(target, failure) : failure;
    } finally {
      delete(temporary);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The failure with the target's name, which the caller knows, instead of the temporary one. */
  private static FileSystemException named(Path target, FileSystemException failure) {
    String file = target.toString();
    String reason = failure.getReason();
    FileSystemException named =
        switch (failure) {
          case AccessDeniedException denied -> new AccessDeniedException(file, null, reason);
          case NoSuchFileException missing -> new NoSuchFileException(file, null, reason);
          default -> new FileSystemException(file, null, reason);
        };
    named.initCause(failure);
    return named;
  }

  /**
   * Deletes temporary files that killed processes left in a folder.
   *
   * @param limit those that were written to later stay: they may have a writer
   */
  public static void deleteAbandoned(Path folder, Instant limit) {
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, PREFIX + "*" + PART)) {
      for (Path part : parts) {
        if (Files.getLastModifiedTime(part).toInstant().isBefore(limit)) {
          Files.deleteIfExists(part);
        }
      }
    } catch (IOException | DirectoryIteratorException unreadable) {
      // A writer has just finished, or the folder cannot be listed: a write to it says why.
    }
  }

  private static void delete(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException stuck) {
      // The cause of the failed write is the better message.
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

  /**
   * Makes the rename itself durable, where the system lets a folder be opened (Windows does not).
   */
  private static void syncFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException unsupported) {
      // The file is complete; only a power cut now could undo the rename.
    }
  }
}

package io.fovea.run;

import io.fovea.format.FormatException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps other processes from writing into a folder until it is closed or the process ends.
 *
 * @param channel of the locked file
 * @param since when it began
 */
public record FolderLock(FileChannel channel, Instant since) implements AutoCloseable {
  /**
   * The file that is locked, and never read: on POSIX systems a process loses its lock as soon as
   * it closes the file in any other place.
   */
  static final String FILE = ".lock";

  /** The locks of this process, which are asked before a file is opened, for the same reason. */
  private static final Map<Path, FileChannel> HELD = new HashMap<>();

  /**
   * Locks a folder for this process; the lock is advisory.
   *
   * @param taken the failure's message if another process has the lock
   */
  public static FolderLock of(Path folder, String taken) throws IOException {
    Path file = folder.resolve(FILE);
    if (Files.exists(file) && !Files.isRegularFile(file)) { // a pipe would be waited for
      throw new FormatException(
          "lock: expects a file %s, got a folder, a pipe or a device; remove it".formatted(file));
    }
    synchronized (HELD) {
      Path real = folder.toRealPath();
      FileChannel held = HELD.get(real);
      if (held != null && held.isOpen()) {
        throw new FormatException(taken);
      }
      FileChannel channel = opened(file, taken);
      HELD.put(real, channel);
      return new FolderLock(channel, Instant.now());
    }
  }

  /** Whether a process, perhaps this one, has locked a folder. */
  public static boolean isHeld(Path folder) {
    if (!Files.isRegularFile(folder.resolve(FILE))) {
      return false;
    }
    try {
      of(folder, "").close();
      return false;
    } catch (FormatException taken) {
      return true;
    } catch (IOException readOnly) {
      return false; // no process can train in it
    }
  }

  private static FileChannel opened(Path file, String taken) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    boolean free;
    try {
      free = channel.tryLock() != null;
    } catch (OverlappingFileLockException ours) {
      free = false;
    } catch (IOException noLocks) { // some network file systems have none
      free = true;
    }
    if (!free) {
      channel.close();
      throw new FormatException(taken);
    }
    return channel;
  }

  @Override
  public void close() throws IOException {
    channel.close();
    synchronized (HELD) {
      HELD.values().remove(channel);
    }
  }
}

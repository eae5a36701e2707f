package io.fovea.cli.run;

import io.fovea.cli.screen.Failure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * Keeps other processes from writing into a folder until it is closed or the process ends.
 *
 * @param channel of the locked file
 * @param since when it began
 */
public record Hold(FileChannel channel, Instant since) implements AutoCloseable {
  /**
   * Locks a file for this process; the lock is advisory. The file is created if missing.
   *
   * @param taken the failure's message if another process has the lock
   */
  public static Hold of(Path file, String taken) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    boolean free;
    try {
      free = channel.tryLock(Long.MAX_VALUE - 1, 1, false) != null;
    } catch (OverlappingFileLockException ours) {
      free = false;
    } catch (IOException noLocks) { // some network file systems have none
      free = true;
    }
    if (!free) {
      channel.close();
      throw new Failure(taken);
    }
    return new Hold(channel, Instant.now());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

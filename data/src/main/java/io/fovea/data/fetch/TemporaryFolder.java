package io.fovea.data.fetch;

import io.fovea.file.AtomicFile;
import io.fovea.file.FolderDeletion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A folder for a download, which is deleted with its content when closed, or when a signal ends the
 * process. It is in the cache, not in the system's folder for temporary files: that one may be
 * missing, full or small, and what a killed process leaves there is never deleted.
 */
public final class TemporaryFolder implements AutoCloseable {
  private static final String PREFIX = ".download-";

  private final Path path;
  private final ShutdownHook cleanUp;

  private TemporaryFolder(Path path) {
    this.path = path;
    this.cleanUp = ShutdownHook.with(() -> deleteIfPossible(path));
  }

  /** A new one; what is left of it by a killed process has the ending of incomplete files. */
  static TemporaryFolder in(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath(); // programs run in it get paths of files in it
    Files.createDirectories(parent);
    String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    return new TemporaryFolder(
        Files.createDirectory(parent.resolve(PREFIX + random + AtomicFile.PART)));
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    cleanUp.close();
  }

  /** Files that cannot be deleted are left to the next download. */
  private static void deleteIfPossible(Path path) {
    try {
      FolderDeletion.delete(path);
    } catch (IOException leftToTheNext) {
      // Ignored: nothing depends on it.
    }
  }
}

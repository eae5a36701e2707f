package io.fovea.cli.train.record;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes to a run's folder for a listener, which may throw no checked exception. */
@FunctionalInterface
public interface FolderWrite {
  void write() throws IOException;

  /** Writes; a failure, as an {@link UncheckedIOException}, ends the training. */
  static void run(FolderWrite write) {
    try {
      write.write();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}

package io.fovea.format.content;

import io.fovea.file.AtomicFile;
import io.fovea.format.FormatException;
import java.io.IOException;
import java.nio.file.Path;

/** Writes files atomically, see {@link AtomicFile}. */
public final class OutputFile {
  private OutputFile() {}

  /** Writes a file; the previous one stays if that fails. */
  public static void write(Path file, AtomicFile.Content content) throws FormatException {
    try {
      AtomicFile.write(file, content);
    } catch (IOException failure) {
      throw FormatException.of(file, "write", failure);
    }
  }
}

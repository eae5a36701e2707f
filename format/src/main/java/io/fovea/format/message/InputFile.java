package io.fovea.format.message;

import io.fovea.format.FormatException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checks of input files before they are read. */
public final class InputFile {
  private InputFile() {}

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

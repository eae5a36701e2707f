package io.fovea.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What can be opened like a file and may never end. */
public final class Devices {
  /** What a file is, among the bits of its mode on Unix (inode(7)). */
  private static final int FILE_TYPE = 0xf000;

  private static final int PIPE = 0x1000;

  private Devices() {}

  /**
   * True for what is there and is neither file nor folder nor pipe: a pipe's other end somebody has
   * who wants it to be read.
   */
  public static boolean isDevice(Path path) {
    if (!Files.exists(path) || Files.isRegularFile(path) || Files.isDirectory(path)) {
      return false;
    }
    try {
      return ((int) Files.getAttribute(path, "unix:mode") & FILE_TYPE) != PIPE;
    } catch (IOException | UnsupportedOperationException unknown) {
      return true;
    }
  }
}

package io.fovea.data.picture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Recognises devices: they can be opened like a file and may never end. */
final class Devices {
  /** The bits of a file's type in its mode on Unix (inode(7)). */
  private static final int FILE_TYPE = 0xf000;

  private static final int PIPE = 0x1000;

  private Devices() {}

  /**
   * True for an existing path that is neither a file nor a folder nor a pipe. A pipe is written by
   * a process that wants it to be read.
   */
  static boolean isDevice(Path path) {
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

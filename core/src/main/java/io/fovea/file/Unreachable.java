package io.fovea.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Recognises paths that cannot be opened although something is there. */
public final class Unreachable {
  /** The replacement in arguments for bytes that are not text. */
  private static final char UNREADABLE = '\ufffd';

  private Unreachable() {}

  /** The reason and the cure; empty for an existing path, and for one with nothing there. */
  public static Optional<String> reason(Path path) {
    if (Files.exists(path)) {
      return Optional.empty();
    }
    if (path.toString().indexOf(UNREADABLE) >= 0) {
      return Optional.of(
          "\"%s\" has bytes that are not text in %s, so it cannot be given here; rename it, or give its folder"
              .formatted(path, System.getProperty("sun.jnu.encoding")));
    }
    try {
      path.getFileSystem().provider().checkAccess(path);
    } catch (FileSystemException failure) {
      if (String.valueOf(failure.getReason()).contains("symbolic links")) {
        return Optional.of(
            "\"%s\" is behind a cycle of symbolic links; fix them, or give another file"
                .formatted(path));
      }
    } catch (IOException other) {
      // The code that opens it reports the error.
    }
    return Optional.empty();
  }
}

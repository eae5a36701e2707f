package io.fovea.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Says why files cannot be opened, also where something is there. */
public final class PathProblems {
  /** The replacement in arguments for bytes that are not text. */
  private static final char UNREADABLE = '\ufffd';

  private PathProblems() {}

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

  /** The failure of a file operation in words, without class names. */
  public static String reason(Throwable failure) {
    Throwable cause = failure instanceof UncheckedIOException ? failure.getCause() : failure;
    if (cause instanceof CharacterCodingException) {
      return "it is not text in UTF-8"; // the JDK says "Input length = 1"
    }
    String text = String.valueOf(cause == null ? failure.getMessage() : cause.getMessage());
    if (cause instanceof FileAlreadyExistsException) {
      return text + " is a file or a link to a missing folder";
    }
    return cause instanceof AccessDeniedException ? text + ": permission denied" : text;
  }
}

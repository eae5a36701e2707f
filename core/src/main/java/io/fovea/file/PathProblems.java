package io.fovea.file;

import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/** Says why files cannot be read or written. */
public final class PathProblems {
  private PathProblems() {}

  /** The failure of a file operation in words, without class names. */
  public static String reason(Throwable failure) {
    Throwable cause = failure instanceof UncheckedIOException ? failure.getCause() : failure;
    if (cause instanceof CharacterCodingException) {
      return "it is not text in UTF-8"; // the JDK says "Input length = 1"
    }
    String text = String.valueOf(cause == null ? failure.getMessage() : cause.getMessage());
    return text
        + switch (cause) {
          case FileAlreadyExistsException exists -> " is a file or a link to a missing folder";
          case NoSuchFileException missing when missing.getReason() == null ->
              ": there is no such file or folder";
          case AccessDeniedException denied -> ": permission denied";
          case null, default -> "";
        };
  }
}

package io.fovea.cli.screen;

import io.fovea.file.Unreachable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A failure of a command, exit code 1; the message says why and what to do. */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What the JDK calls "Input length = 1". */
  private static final String NO_UTF8 = "it is not text in UTF-8";

  public Failure(String message) {
    super(message);
  }

  public Failure(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * The failure to find what a flag names: a path that is a cycle of links or no text is not
   * missing.
   *
   * @param missing the message if nothing is there
   */
  public static Failure absent(String flag, Path path, String missing) {
    return new Failure(
        Unreachable.reason(path).map(reason -> flag + ": " + reason).orElse(missing));
  }

  /** The text in the file that a flag names, without a byte order mark. */
  public static String text(String flag, Path file) throws IOException {
    try {
      String text = Files.readString(file);
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException other) {
      throw new Failure(
          "%s: %s cannot be read: %s; save it as UTF-8".formatted(flag, file, NO_UTF8), other);
    }
  }

  /** The failure of a file operation in words, without class names. */
  public static String reason(Throwable failure) {
    Throwable cause = failure instanceof UncheckedIOException ? failure.getCause() : failure;
    if (cause instanceof CharacterCodingException) {
      return NO_UTF8;
    }
    String text = String.valueOf(cause == null ? failure.getMessage() : cause.getMessage());
    if (cause instanceof FileAlreadyExistsException) {
      return text + " is a file or a link to a missing folder";
    }
    return cause instanceof AccessDeniedException ? text + ": permission denied" : text;
  }
}

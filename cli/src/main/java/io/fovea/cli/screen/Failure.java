package io.fovea.cli.screen;

import io.fovea.file.PathProblems;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A failure of a command, exit code 1; the message says why and what to do. */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Failure(String message) {
    super(message);
  }

  public Failure(String message, Throwable cause) {
    super(message, cause);
  }

  /** The text in the file that a flag names, without a byte order mark. */
  public static String text(String flag, Path file) throws IOException {
    try {
      String text = Files.readString(file);
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException other) {
      throw new Failure(
          "%s: %s cannot be read: %s; save it as UTF-8"
              .formatted(flag, file, PathProblems.reason(other)),
          other);
    }
  }
}

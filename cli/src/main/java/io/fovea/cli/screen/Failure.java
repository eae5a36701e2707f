package io.fovea.cli.screen;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;

/** A failure of a command, exit code 1; the message says why and what to do. */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Failure(String message) {
    super(message);
  }

  public Failure(String message, Throwable cause) {
    super(message, cause);
  }

  /** The failure of a file operation in words, without class names. */
  public static String reason(Throwable failure) {
    Throwable cause = failure instanceof UncheckedIOException ? failure.getCause() : failure;
    String text = String.valueOf(cause == null ? failure.getMessage() : cause.getMessage());
    return cause instanceof AccessDeniedException ? text + ": permission denied" : text;
  }
}

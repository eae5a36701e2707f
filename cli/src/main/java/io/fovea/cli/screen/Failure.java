package io.fovea.cli.screen;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;

/** The command could not be done, and the message says why and what to do: exit code 1. */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Failure(String message) {
    super(message);
  }

  public Failure(String message, Throwable cause) {
    super(message, cause);
  }

  /** What has gone wrong with a file, without the names of our classes. */
  public static String reason(Throwable failure) {
    Throwable cause = failure instanceof UncheckedIOException ? failure.getCause() : failure;
    String text = String.valueOf(cause == null ? failure.getMessage() : cause.getMessage());
    return cause instanceof AccessDeniedException ? text + ": permission denied" : text;
  }
}

package io.fovea.data.base;

import io.fovea.file.DisplayText;
import java.io.IOException;
import java.io.Serial;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a data set or a picture: one sentence that names the operation, what it got,
 * what it expected, and the cure. It can be printed as it is: control characters, as of names of
 * files, are spelled out.
 */
@SuppressWarnings("exports") // jspecify's annotations are not needed by users
public final class DataException extends IOException {
  /**
   * A cure that callers know by names of their own: a program by a method, the command line by a
   * flag or a command. The message says it in words; who prints it may add the name.
   */
  public enum Cure {
    /** Opening a set without the files that cannot be read. */
    SKIP_BROKEN,
    /** The folder in which the files of named sets are looked for. */
    DATA_DIR,
    /** Fetching a named set before it is used. */
    DOWNLOAD,
    /** Fetching named weights before they are used. */
    DOWNLOAD_WEIGHTS,
    /** Training on Spark. */
    CLUSTER,
    /** Holding some training images out, to validate by. */
    VALIDATION
  }

  @Serial private static final long serialVersionUID = 1L;

  private final @Nullable Cure known;

  /** An error with a message. */
  public DataException(String message) {
    this(message, null, null);
  }

  /** An error with a message and its cause. */
  public DataException(String message, @Nullable Throwable cause) {
    this(message, cause, null);
  }

  /** The same, where callers may have a name for the cure. */
  public DataException(String message, @Nullable Throwable cause, @Nullable Cure known) {
    super(DisplayText.of(message), cause);
    this.known = known;
  }

  /**
   * The failure of an operation on a file in words; one that is in words already stays as it is.
   *
   * @param operation what cannot be done, and with which file
   * @param cure the end of the message
   */
  public static DataException of(String operation, IOException failure, String cure) {
    return failure instanceof DataException known
        ? known
        : new DataException(operation + ": " + reason(failure) + cure, failure);
  }

  /** The cure that has a name; empty if the message says all. */
  public Optional<Cure> known() {
    return Optional.ofNullable(known);
  }

  /**
   * The reason of a failed operation on a file, in words; the message of many exceptions of the JDK
   * is only the path.
   */
  public static String reason(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof CharacterCodingException) {
      return "it is not text in UTF-8; save it as UTF-8";
    }
    if (failure instanceof FileSystemLoopException) {
      return "the link %s leads back to a folder that it is in; take it away"
          .formatted(failure.getMessage());
    }
    if (failure instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}

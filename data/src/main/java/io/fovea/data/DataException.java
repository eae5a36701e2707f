package io.fovea.data;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a data set or a picture: one sentence that names the operation, what it got,
 * what it expected, and the cure.
 */
@SuppressWarnings("exports") // jspecify's annotations are not needed by users
public final class DataException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public DataException(String message) {
    super(message);
  }

  /** What is wrong, and where that was seen. */
  public DataException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The exception of an interrupted wait; the thread stays interrupted, so that callers see it. */
  static DataException interrupted(String operation, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new DataException(operation + ": interrupted", cause);
  }

  /**
   * Why an operation on a file failed, in words; many exceptions of the JDK only carry the path.
   */
  static String reason(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}

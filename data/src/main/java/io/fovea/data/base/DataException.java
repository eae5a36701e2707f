package io.fovea.data.base;

import io.fovea.file.DisplayText;
import java.io.IOException;
import java.io.Serial;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a data set or a picture: one sentence that names the operation, what it got,
 * what it expected, and the cure. It can be printed as it is: control characters, as of names of
 * files, are spelled out.
 */
@SuppressWarnings("exports") // jspecify's annotations are not needed by users
public final class DataException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  /** An error with a message. */
  public DataException(String message) {
    super(DisplayText.of(message));
  }

  /** An error with a message and its cause. */
  public DataException(String message, @Nullable Throwable cause) {
    super(DisplayText.of(message), cause);
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

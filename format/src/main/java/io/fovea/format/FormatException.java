package io.fovea.format;

import io.fovea.file.DisplayText;
import io.fovea.format.message.Quotation;
import java.io.IOException;
import java.io.Serial;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What is wrong with a file, in one sentence: the file's name, the operation, what it got, what it
 * expected, and the cure. It can be printed as it is: control characters, as of names, are spelled
 * out.
 */
public final class FormatException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  /** A failure in words. */
  public FormatException(String message) {
    super(DisplayText.of(message));
  }

  /** A failure in words, with its cause. */
  public FormatException(String message, Throwable cause) {
    super(DisplayText.of(message), cause);
  }

  /**
   * The failure of an operation on a file in words; the message of many exceptions of the JDK is
   * only the path.
   */
  public static FormatException of(Path file, String operation, IOException failure) {
    return failure instanceof FormatException known
        ? known
        : new FormatException(
            Quotation.fileName(file) + ": " + operation + ": " + reason(failure), failure);
  }

  private static String reason(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "there is no such file; check the path";
    }
    if (failure instanceof FileAlreadyExistsException inTheWay) {
      String name = Quotation.plain(String.valueOf(inTheWay.getFile()));
      return name + " is a file or a link to a missing folder; give another folder";
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied; check who may use it";
    }
    if (failure instanceof ClosedByInterruptException) {
      return "interrupted; try again";
    }
    String message =
        failure instanceof FileSystemException system ? system.getReason() : failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : Quotation.plain(message);
  }
}

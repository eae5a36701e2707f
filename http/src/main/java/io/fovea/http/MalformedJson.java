package io.fovea.http;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

/**
 * The error of malformed JSON, in words for the client; the parser's own messages mention its
 * settings and classes.
 */
public final class MalformedJson {
  private MalformedJson() {}

  /** The reason, as the end of "is not JSON: ". */
  public static String reason(JacksonException malformed) {
    if (malformed instanceof UnexpectedEndOfInputException) {
      return "it ends too early";
    }
    String where = place(malformed.getLocation());
    if (malformed instanceof StreamConstraintsException) {
      return "it is too deep, or has too long a number or text" + where;
    }
    String message = String.valueOf(malformed.getOriginalMessage());
    if (message.startsWith("Duplicate")) {
      return "a member of an object is there twice" + where;
    }
    return message.contains("ALLOW_NON_NUMERIC_NUMBERS")
        ? "numbers must be finite, got NaN or Infinity" + where
        : "it is damaged" + where;
  }

  private static String place(@Nullable TokenStreamLocation at) {
    return at == null || at.getLineNr() < 1
        ? ""
        : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
  }
}

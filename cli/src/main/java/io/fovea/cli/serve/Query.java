package io.fovea.cli.serve;

import io.fovea.http.Refusal;
import org.jspecify.annotations.Nullable;

/** The part of a request's address behind the question mark. */
final class Query {
  private Query() {}

  /**
   * K of {@code top=K}; 0 where nothing is asked.
   *
   * @throws Refusal 400 for anything else
   */
  static int top(@Nullable String query, int classes) {
    if (query == null || query.isEmpty()) {
      return 0;
    }
    String digits = query.startsWith("top=") ? query.substring("top=".length()) : "";
    if (!digits.matches("[0-9]{1,9}") || Integer.parseInt(digits) < 1) {
      throw new Refusal(400, "predict: expects no query but top=K with a whole number from 1 up");
    }
    return Math.min(classes, Integer.parseInt(digits));
  }
}

package io.fovea.spark.score;

/** A row whose picture cannot be scored; the message has the reason and what is expected. */
final class InvalidInputException extends Exception {
  private static final long serialVersionUID = 1;

  InvalidInputException(String reason) {
    super(
        reason, null, false,
        false); // one for each bad row: a stack trace would cost more than scoring the row
  }
}

package io.fovea.spark.score;

/** A row whose picture cannot be scored; the message says why and what would do. */
final class InvalidInputException extends Exception {
  private static final long serialVersionUID = 1;

  InvalidInputException(String reason) {
    super(reason, null, false, false); // thrown a row: a stack trace would cost more than the row
  }
}

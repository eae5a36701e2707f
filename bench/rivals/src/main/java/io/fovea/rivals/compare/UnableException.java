package io.fovea.rivals.compare;

/** A side has no result. */
final class UnableException extends Exception {
  private static final long serialVersionUID = 1;

  private final String reason;

  UnableException(String reason) {
    super(reason);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}

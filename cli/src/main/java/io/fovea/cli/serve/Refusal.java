package io.fovea.cli.serve;

/** A request that is not answered with a prediction: the status and the reason, for the client. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  Refusal(int status, String message) {
    super(message, null, false, false); // the client's mistake: no stack trace, which costs most
    this.status = status;
  }

  int status() {
    return status;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}

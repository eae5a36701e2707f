package io.fovea.http;

/**
 * A request that is not answered with what it asks for: the status and the reason, for the client.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /** The status and the reason that the client gets to read. */
  public Refusal(int status, String message) {
    super(message, null, false, false); // the client's mistake: no stack trace, which costs most
    this.status = status;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** For the client. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}

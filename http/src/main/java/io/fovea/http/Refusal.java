package io.fovea.http;

import java.util.List;

/**
 * A request that is not answered with what it asks for: the status and the reason, for the client.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String allow;

  /** The status and the reason that the client gets to read. */
  public Refusal(int status, String message) {
    this(status, message, "");
  }

  private Refusal(int status, String message, String allow) {
    super(message, null, false, false); // the client's mistake: no stack trace, which costs most
    this.status = status;
    this.allow = allow;
  }

  /** 405: {@code what} takes these methods only. */
  public static Refusal ofMethod(String what, List<String> allowed) {
    String message = "%s takes %s only".formatted(what, String.join(" and ", allowed));
    return new Refusal(405, message, String.join(", ", allowed));
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The value of the header Allow, which belongs to status 405; else empty. */
  public String allow() {
    return allow;
  }

  /** For the client. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}

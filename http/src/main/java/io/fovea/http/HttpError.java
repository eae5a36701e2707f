package io.fovea.http;

import java.util.List;

/** A refused request: the status and the reason for the client. */
public final class HttpError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String allow;

  /** A refusal with a status and a reason for the client. */
  public HttpError(int status, String message) {
    this(status, message, "");
  }

  private HttpError(int status, String message, String allow) {
    super(message, null, false, false); // a client's error: no stack trace, which is expensive
    this.status = status;
    this.allow = allow;
  }

  /** A refusal with status 405: {@code what} supports only these methods. */
  public static HttpError ofMethod(String what, List<String> allowed) {
    String message = "%s supports %s only".formatted(what, String.join(" and ", allowed));
    return new HttpError(405, message, String.join(", ", allowed));
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The value of the header Allow for status 405; else empty. */
  public String allow() {
    return allow;
  }

  /** The reason, for the client. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}

package io.fovea.http;

import com.sun.net.httpserver.Headers;
import java.util.List;

/**
 * A refused request: the status and the reason for the client, and what refusals have in common.
 */
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

  /** The refusal, with status 500, of a request that met a bug of ours, which is logged. */
  public static HttpError ofBug(String server, System.Logger log, RuntimeException bug) {
    log.log(System.Logger.Level.ERROR, server + ": internal error, please report it", bug);
    return new HttpError(500, server + ": internal error; see the server's log");
  }

  /** Sets the headers that a response of a status has. */
  public static void setHeaders(Headers response, int status) {
    switch (status) {
      case 401 -> response.set("WWW-Authenticate", "Bearer");
      case 503 -> response.set("Retry-After", "1");
      default -> {}
    }
    if (status >= 400) {
      response.set("Connection", "close"); // the rest of the body may still be on its way
    }
  }

  /** Sets the headers that this refusal has beside those of its status. */
  public void setHeaders(Headers response) {
    if (!allow.isEmpty()) {
      response.set("Allow", allow);
    }
  }

  public int status() {
    return status;
  }

  /** The reason, for the client. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}

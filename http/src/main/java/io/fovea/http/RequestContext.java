package io.fovea.http;

import com.sun.net.httpserver.Headers;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What tells a request from others, in logs here and elsewhere.
 *
 * @param id the caller's {@code X-Request-Id}, or one that was made here
 * @param traceparent the caller's header of that name (W3C Trace Context), passed on as it is;
 *     empty where there is none or it is invalid
 */
public record RequestContext(String id, String traceparent) {
  /** The header of the id. */
  public static final String REQUEST_ID = "X-Request-Id";

  /** The header of the trace. */
  public static final String TRACEPARENT = "traceparent";

  private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._:/+=@-]{1,128}");

  /** Version, trace id, parent id, flags; what later versions append. */
  private static final Pattern TRACE =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-[!-~]{0,200})?");

  private static final int TRACE_LENGTH = 55; // of version 00, which nothing follows

  /** The context of a request; an id that could harm a log is replaced. */
  public static RequestContext of(Headers headers) {
    String id = only(headers, REQUEST_ID);
    if (!SANE.matcher(id).matches()) {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      HexFormat hex = HexFormat.of();
      id = hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
    }
    String trace = only(headers, TRACEPARENT);
    boolean valid =
        TRACE.matcher(trace).matches()
            && (!trace.startsWith("00") || trace.length() == TRACE_LENGTH);
    return new RequestContext(id, valid ? trace : "");
  }

  private static String only(Headers headers, String name) {
    List<String> values = headers.getOrDefault(name, List.of());
    return values.size() == 1 ? values.getFirst() : "";
  }

  /** The trace's id, 32 hexadecimal digits; empty where there is no trace. */
  public String traceId() {
    Matcher trace = TRACE.matcher(traceparent);
    return trace.matches() ? String.valueOf(trace.group(1)) : "";
  }
}

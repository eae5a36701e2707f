package io.fovea.http;

import com.sun.net.httpserver.Headers;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The identifiers of a request in the logs of this and other systems.
 *
 * @param id the client's {@code X-Request-Id}, or a generated one
 * @param traceparent the client's header of that name (W3C Trace Context), passed on unchanged;
 *     empty if missing or invalid
 */
public record RequestContext(String id, String traceparent) {
  /** The header of the id. */
  public static final String REQUEST_ID = "X-Request-Id";

  /** The header of the trace. */
  public static final String TRACEPARENT = "traceparent";

  private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._:/+=@-]{1,128}");

  /** Version, trace id, parent id, flags, and parts of later versions. */
  private static final Pattern TRACE =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-[!-~]{0,200})?");

  private static final int TRACE_LENGTH = 55; // of version 00, without further parts

  /** The context of a request; an id with characters unsafe in logs is replaced. */
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

  /** The trace's id, 32 hexadecimal digits; empty without a trace. */
  public String traceId() {
    Matcher trace = TRACE.matcher(traceparent);
    return trace.matches() ? String.valueOf(trace.group(1)) : "";
  }
}

package io.fovea.studio;

import io.fovea.http.Watchdog;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Server-sent events, as the HTML standard has them in section 9.2. Each write gets the time of a
 * whole request, so a page that no longer reads is cut, and one that does may stay for days.
 */
record EventStream(OutputStream out, Watchdog watchdog) {
  private static final byte[] BEAT = ":\n\n".getBytes(StandardCharsets.UTF_8);

  /** An event as it is sent; its value is JSON on one line. */
  static String event(String name, String json) {
    return "event: " + name + "\ndata: " + json + "\n\n";
  }

  /** Sends events. */
  void send(byte[] events) throws IOException {
    watchdog.nextPart();
    out.write(events);
    out.flush();
  }

  /** Sends nothing, which keeps the connection and finds out whether anybody is there. */
  void beat() throws IOException {
    send(BEAT);
  }
}

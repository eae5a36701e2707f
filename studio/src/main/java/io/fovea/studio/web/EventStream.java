package io.fovea.studio.web;

import io.fovea.http.Watchdog;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Server-sent events (HTML standard, section 9.2). Each write restarts the request's timeout, so a
 * page that stops reading is cut, and others may stay for days.
 */
public record EventStream(OutputStream out, Watchdog watchdog) {
  private static final byte[] BEAT = ":\n\n".getBytes(StandardCharsets.UTF_8);

  /** An event in the protocol's format; its value is JSON on one line. */
  public static String event(String name, String json) {
    return "event: " + name + "\ndata: " + json + "\n\n";
  }

  public void send(byte[] events) throws IOException {
    watchdog.nextPart();
    out.write(events);
    out.flush();
  }

  /** Sends a comment, which keeps the connection open and detects closed ones. */
  public void beat() throws IOException {
    send(BEAT);
  }
}

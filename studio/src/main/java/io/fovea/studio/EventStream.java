package io.fovea.studio;

import io.fovea.studio.http.Watchdog;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Server-sent events, as the HTML standard has them in section 9.2. Each write gets the time of a
 * whole request, so a page that no longer reads is cut, and one that does may stay for days.
 */
final class EventStream {
  private final OutputStream out;
  private final Watchdog watchdog;

  EventStream(OutputStream out, Watchdog watchdog) {
    this.out = out;
    this.watchdog = watchdog;
  }

  /** Sends one event; the value goes as JSON, which has no line ends. */
  void send(String event, Object value) throws IOException {
    sendJson(event, Reply.JSON.writeValueAsString(value));
  }

  /** Sends one event whose value is JSON already, on one line. */
  void sendJson(String event, String json) throws IOException {
    write("event: " + event + "\ndata: " + json + "\n\n");
  }

  /** Sends nothing, which keeps the connection and finds out whether anybody is there. */
  void beat() throws IOException {
    write(":\n\n");
  }

  private void write(String text) throws IOException {
    watchdog.nextPart();
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}

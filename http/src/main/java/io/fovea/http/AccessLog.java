package io.fovea.http;

import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A line of JSON for each request: {@code time} (UTC), {@code method}, {@code path} without its
 * query, {@code status}, {@code bytes} of the response's body, {@code micros} from the request's
 * head to the response's end, {@code requestId}, and {@code traceId} if the request has one. Each
 * line is one write, so that a file may be copied and truncated while it grows.
 */
public final class AccessLog implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(AccessLog.class.getName());
  private static final JsonFactory JSON = JsonFactory.builder().build();
  private static final int LONGEST_PATH = 1_000;
  private static final int LONGEST_METHOD = 20;

  private final OutputStream out;
  private final boolean isRead;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicBoolean failed = new AtomicBoolean();

  private AccessLog(OutputStream out, boolean isRead) {
    this.out = out;
    this.isRead = isRead;
  }

  /** A disabled log. */
  public static AccessLog none() {
    return new AccessLog(OutputStream.nullOutputStream(), false);
  }

  /** A log to a stream, which is closed with the log. */
  public static AccessLog to(OutputStream out) {
    return new AccessLog(out, true);
  }

  /**
   * A log that appends to a file.
   *
   * @throws IOException if it cannot be written
   */
  public static AccessLog appendTo(Path file) throws IOException {
    // not a channel: the interrupt of a cut request would close it
    return new AccessLog(new FileOutputStream(file.toFile(), true), true);
  }

  /** Logs one request. */
  public record Entry(
      Instant time,
      String method,
      String path,
      int status,
      long bytes,
      long micros,
      RequestContext context) {}

  /** Writes a line. A failed write does not affect responses; the first failure is reported. */
  public void write(Entry entry) {
    if (!isRead) {
      return;
    }
    byte[] line = line(entry);
    lock.lock();
    try {
      out.write(line);
      out.flush();
    } catch (IOException full) {
      if (!failed.getAndSet(true)) {
        LOG.log(
            System.Logger.Level.WARNING,
            "access log: cannot be written, lines are lost: " + full.getMessage());
      }
    } finally {
      lock.unlock();
    }
  }

  private static byte[] line(Entry entry) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), line)) {
      json.writeStartObject();
      json.writeStringProperty("time", entry.time().toString());
      json.writeStringProperty("method", shortened(entry.method(), LONGEST_METHOD));
      json.writeStringProperty("path", shortened(entry.path(), LONGEST_PATH));
      json.writeNumberProperty("status", entry.status());
      json.writeNumberProperty("bytes", entry.bytes());
      json.writeNumberProperty("micros", entry.micros());
      json.writeStringProperty("requestId", entry.context().id());
      if (!entry.context().traceId().isEmpty()) {
        json.writeStringProperty("traceId", entry.context().traceId());
      }
      json.writeEndObject();
    }
    line.write('\n');
    return line.toByteArray();
  }

  private static String shortened(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "...";
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException full) {
      LOG.log(System.Logger.Level.WARNING, "access log: " + full.getMessage());
    }
  }
}

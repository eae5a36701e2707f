package io.fovea.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads bodies into memory, each up to a limit and all together up to another. Memory is taken as
 * bytes come, not as they are announced, so that many slow senders hold little.
 */
public final class Bodies {
  private static final int FIRST = 8 * 1024;

  private final String operation;
  private final int maxBytes;
  private final AtomicLong free;

  /** One body; closing it gives its share of the memory back. */
  public static final class Body implements AutoCloseable {
    private final String operation;
    private final AtomicLong free;
    private byte[] bytes = {};
    private int length;
    private long held;

    private Body(String operation, AtomicLong free) {
      this.operation = operation;
      this.free = free;
    }

    /** What was sent. */
    public byte[] bytes() {
      return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    private void grow(int wanted) {
      long more = wanted - held;
      if (free.addAndGet(-more) < 0) {
        free.addAndGet(more);
        throw new Refusal(
            503, operation + ": too many bytes are being sent at once; try again later");
      }
      held += more;
      bytes = Arrays.copyOf(bytes, wanted);
    }

    @Override
    public void close() {
      free.addAndGet(held);
      held = 0;
    }
  }

  /**
   * Sets the limits.
   *
   * @param operation named first in every refusal
   * @param maxBytes of one body
   * @param all of all bodies that are being read
   */
  public Bodies(String operation, int maxBytes, long all) {
    this(operation, maxBytes, new AtomicLong(all));
  }

  private Bodies(String operation, int maxBytes, AtomicLong free) {
    this.operation = operation;
    this.maxBytes = maxBytes;
    this.free = free;
  }

  /** The same limits and memory for another operation. */
  public Bodies named(String other) {
    return new Bodies(other, maxBytes, free);
  }

  /**
   * The whole body of a request.
   *
   * @throws Refusal 400 where its length is not clear, 413 where it is too long, 503 where all
   *     bodies together are
   */
  public Body read(HttpExchange exchange) throws IOException {
    int announced = announced(exchange.getRequestHeaders());
    Body body = new Body(operation, free);
    try {
      InputStream in = exchange.getRequestBody();
      while (true) {
        if (body.length == body.bytes.length) {
          int next = Math.max(FIRST, 2 * body.length);
          body.grow(Math.min(next, announced < 0 ? maxBytes + 1 : Math.max(announced, 1)));
        }
        int count = in.read(body.bytes, body.length, body.bytes.length - body.length);
        if (count < 0) {
          break;
        }
        body.length += count;
        if (body.length > maxBytes) {
          throw tooLong();
        }
        if (body.length == announced) {
          break;
        }
      }
      if (announced >= 0 && body.length < announced) {
        throw new Refusal(
            400,
            "%s: the body ends after %d of %d bytes".formatted(operation, body.length, announced));
      }
      return body;
    } catch (IOException | RuntimeException | Error failed) {
      body.close();
      throw failed;
    }
  }

  /** The length that a request names; below 0 for one in chunks. */
  private int announced(Headers headers) {
    String length = headers.getFirst("Content-Length");
    if (headers.containsKey("Transfer-Encoding")) {
      if (length != null) {
        throw new Refusal(400, operation + ": a body has a length or chunks, this one claims both");
      }
      return -1;
    }
    if (length == null) {
      throw new Refusal(411, operation + ": expects a body with a Content-Length or in chunks");
    }
    long bytes;
    try {
      bytes = Long.parseLong(length.strip());
    } catch (NumberFormatException e) {
      throw new Refusal(400, operation + ": expects a whole number as Content-Length");
    }
    if (bytes < 0) {
      throw new Refusal(400, operation + ": expects a whole number as Content-Length");
    }
    if (bytes > maxBytes) {
      throw tooLong();
    }
    return (int) bytes;
  }

  private Refusal tooLong() {
    return new Refusal(
        413,
        "%s: expects a body of at most %d bytes; scale it down".formatted(operation, maxBytes));
  }
}

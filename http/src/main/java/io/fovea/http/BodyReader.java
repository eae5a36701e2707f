package io.fovea.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Reads bodies into memory within a byte budget of at most a quarter of the heap. A body of up to
 * {@link #SMALL} bytes takes memory as its bytes arrive, from a separate share. So does the
 * beginning of a larger one, which is then admitted: it waits in order until its full length is
 * free; meanwhile its bytes stay with the sender. Once admitted it has to arrive at some pace while
 * others wait.
 */
public final class BodyReader {
  /** The most bytes of a body that is read without admission. */
  public static final int SMALL = 64 << 10;

  private static final int FIRST = 8 << 10;

  /** The {@link Watchdog}'s rounds, of 250 ms at most, in which this many bytes must arrive. */
  private static final int ROUNDS = 8;

  private static final int PACE = 64 << 10;

  /**
   * The bytes beyond the longest body that a refused client may send before it reads the reason.
   */
  private static final long DRAINED = 32L << 20;

  private final String operation;
  private final int maxBytes;
  private final int mostWaiting;
  private final Semaphore small; // both in KiB
  private final Semaphore large;

  /** One body; closing it returns its share of the memory. */
  public final class Body implements AutoCloseable {
    private byte[] bytes = {};
    private volatile int length;
    private volatile boolean isLarge;
    private int held;
    private int rounds; // the watchdog's, and what had arrived before them
    private int before;

    private Body() {}

    public byte[] bytes() {
      return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    private void admit(int wanted) throws InterruptedException {
      if (large.getQueueLength() >= mostWaiting) {
        throw tooMany();
      }
      large.acquire(kibibytes(wanted));
      close();
      isLarge = true;
      held = kibibytes(wanted);
    }

    /** Enlarges the buffer; the length that is announced is negative for chunks. */
    private void grow(int announced) throws InterruptedException {
      int most = announced < 0 ? maxBytes + 1 : announced;
      int next = Math.min(most, Math.max(FIRST, 2 * length));
      if (!isLarge && next > (announced > SMALL ? FIRST : SMALL)) {
        admit(most);
      }
      if (!isLarge) {
        int more = kibibytes(next) - held;
        if (!small.tryAcquire(more)) {
          throw tooMany();
        }
        held += more;
      }
      bytes = Arrays.copyOf(bytes, isLarge && announced > 0 ? most : next);
    }

    /** Whether others wait for its share while its bytes hardly arrive; for the watchdog. */
    private boolean isStuck() {
      if (!isLarge) {
        before = length;
        return false;
      }
      if (++rounds < ROUNDS) {
        return false;
      }
      boolean isSlow = length - before < PACE;
      rounds = 0;
      before = length;
      return isSlow && large.hasQueuedThreads();
    }

    @Override
    public void close() {
      (isLarge ? large : small).release(held);
      held = 0;
    }
  }

  /**
   * Sets the limits.
   *
   * @param operation the first word of every refusal
   * @param maxBytes the most bytes of one body
   * @param all the most bytes of all large bodies together, limited to a quarter of the heap
   * @param mostWaiting the most large bodies that wait for admission; more are refused
   */
  public BodyReader(String operation, int maxBytes, long all, int mostWaiting) {
    this(
        operation,
        maxBytes,
        mostWaiting,
        new Semaphore(kibibytes(Math.min(all, heapShare()) / 4 + SMALL)),
        new Semaphore(kibibytes(Math.max(maxBytes + 1L, Math.min(all, heapShare()))), true));
  }

  private BodyReader(
      String operation, int maxBytes, int mostWaiting, Semaphore small, Semaphore large) {
    this.operation = operation;
    this.maxBytes = maxBytes;
    this.mostWaiting = mostWaiting;
    this.small = small;
    this.large = large;
  }

  /** The bytes that bodies may use: a quarter of the heap. */
  public static long heapShare() {
    return Runtime.getRuntime().maxMemory() / 4;
  }

  private static int kibibytes(long bytes) {
    return Math.toIntExact((bytes + 1023) >> 10);
  }

  /** The same limits and memory for another operation. */
  public BodyReader named(String other) {
    return new BodyReader(other, maxBytes, mostWaiting, small, large);
  }

  /**
   * Reads the body of a request.
   *
   * @throws HttpError 400 if its length is unclear, 413 if it is too long, 415 if it is compressed,
   *     503 if too many wait
   * @throws InterruptedException if the request times out before its body is admitted
   */
  public Body read(HttpExchange exchange) throws IOException, InterruptedException {
    requirePlain(exchange.getRequestHeaders());
    int announced = announced(exchange.getRequestHeaders());
    Body body = new Body();
    Watchdog.cutWhen(body::isStuck);
    try {
      InputStream in = exchange.getRequestBody();
      while (body.length != announced) {
        if (body.length == body.bytes.length) {
          body.grow(announced);
        }
        int count = next(in, body);
        if (count < 0) {
          break;
        }
        int length = body.length + count;
        body.length = length;
        if (length > maxBytes) {
          throw tooLong();
        }
        giveWay(length, count);
      }
      if (body.length < announced) {
        throw new HttpError(
            400,
            "%s: the body ends after %d of %d bytes".formatted(operation, body.length, announced));
      }
      return body;
    } catch (IOException | InterruptedException | RuntimeException | Error failed) {
      body.close();
      throw failed;
    } finally {
      Watchdog.cutWhen(() -> false);
    }
  }

  /** Reads on; the JDK's server throws at damaged chunks and at trailers, without a response. */
  private int next(InputStream in, Body body) throws IOException {
    try {
      return in.read(body.bytes, body.length, body.bytes.length - body.length);
    } catch (IOException failure) {
      if (!String.valueOf(failure.getMessage()).startsWith("invalid chunk")) {
        throw failure;
      }
      throw new HttpError(
          400,
          operation
              + ": expects whole chunks without trailers, got others; send the body without trailers, or with a Content-Length");
    }
  }

  /**
   * Reads and drops the rest of a refused client's body: if the connection was closed earlier, the
   * client would be reset before it reads the response. The connection is closed anyway if the
   * client sends far more than a body may have, or for longer than the {@link Watchdog} allows.
   */
  public void drain(HttpExchange exchange) {
    byte[] dropped = new byte[FIRST];
    InputStream in = exchange.getRequestBody();
    try {
      long sum = 0;
      int count;
      while (sum < maxBytes + DRAINED && (count = in.read(dropped)) >= 0) {
        sum += count;
        giveWay(sum, count);
      }
    } catch (IOException gone) {
      // The client disconnected or timed out: the connection is closed.
    }
  }

  /** Yields the carrier thread to other requests from time to time while a body arrives fast. */
  @SuppressWarnings(
      "ThreadPriorityCheck") // a virtual thread that does not block is never preempted
  private static void giveWay(long length, int count) {
    if (length / SMALL != (length - count) / SMALL) {
      Thread.yield();
    }
  }

  /** Refuses compressed bodies: their bytes would be taken for a damaged picture or bad JSON. */
  private void requirePlain(Headers headers) {
    for (String encoding : headers.getOrDefault("Content-Encoding", List.of())) {
      if (!encoding.isBlank() && !encoding.strip().equalsIgnoreCase("identity")) {
        throw new HttpError(
            415,
            "%s: expects an uncompressed body, got one with Content-Encoding: %s; send it without compression and without that header"
                .formatted(operation, encoding.strip()));
      }
    }
  }

  /** The Content-Length of a request; negative for a chunked body. */
  private int announced(Headers headers) {
    String length = headers.getFirst("Content-Length");
    if (headers.containsKey("Transfer-Encoding")) {
      if (length != null) {
        throw new HttpError(400, operation + ": expects a Content-Length or chunks, got both");
      }
      return -1;
    }
    if (length == null) {
      throw new HttpError(411, operation + ": expects a body with a Content-Length or in chunks");
    }
    if (!length.strip().matches("[0-9]{1,18}")) { // no sign (RFC 9110, 8.6)
      throw new HttpError(400, operation + ": expects a whole number as Content-Length");
    }
    long bytes = Long.parseLong(length.strip());
    if (bytes > maxBytes) {
      throw tooLong();
    }
    return (int) bytes;
  }

  private HttpError tooLong() {
    return new HttpError(
        413,
        "%s: expects a body of at most %d bytes; scale it down".formatted(operation, maxBytes));
  }

  private HttpError tooMany() {
    return new HttpError(503, operation + ": too many bytes are being sent; try again later");
  }
}

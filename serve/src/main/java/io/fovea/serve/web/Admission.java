package io.fovea.serve.web;

import com.sun.net.httpserver.HttpExchange;
import io.fovea.http.BodyReader;
import io.fovea.http.HttpError;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/** Receives request bodies within their limits, and limits the number of concurrent requests. */
public final class Admission {
  /**
   * The most bytes of all large bodies together, if the longest is not longer. More would compute
   * nothing sooner, and the collection of 1 GB of bodies stopped a server for 3 seconds.
   */
  private static final long LARGE_BODIES = 32L << 20;

  private final BodyReader bodies;
  private final Semaphore places;

  @FunctionalInterface
  public interface Work {
    HttpReply answer(byte[] body) throws IOException, InterruptedException;
  }

  public Admission(int maxBytes, int maxConcurrent) {
    this.bodies = new BodyReader("predict", maxBytes, LARGE_BODIES, maxConcurrent);
    this.places = new Semaphore(maxConcurrent);
  }

  /**
   * Handles a request with a body.
   *
   * @param operation the first word of every refusal
   * @throws HttpError 400, 411, 413, or 503 if too much is being sent or computed
   * @throws InterruptedException if the request times out
   */
  public HttpReply admit(String operation, HttpExchange exchange, Work work)
      throws IOException, InterruptedException {
    try (BodyReader.Body body = bodies.named(operation).read(exchange)) {
      if (!places.tryAcquire()) {
        throw new HttpError(503, operation + ": too many concurrent requests; try again later");
      }
      try {
        return work.answer(body.bytes());
      } finally {
        places.release();
      }
    }
  }

  /** Lets a refused client send the rest of its body, so that it can read the reason. */
  public void drain(HttpExchange exchange) {
    bodies.drain(exchange);
  }
}

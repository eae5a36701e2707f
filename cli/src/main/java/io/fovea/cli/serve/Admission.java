package io.fovea.cli.serve;

import com.sun.net.httpserver.HttpExchange;
import io.fovea.http.Bodies;
import io.fovea.http.Refusal;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/** Receives bodies within their bounds, and lets so many requests be computed at a time. */
final class Admission {
  private final Bodies bodies;
  private final Semaphore places;

  /** Answers a body. */
  @FunctionalInterface
  interface Work {
    /** The answer. */
    HttpReply answer(byte[] body) throws IOException, InterruptedException;
  }

  Admission(Limits limits) {
    this.bodies =
        new Bodies(
            "predict",
            limits.maxBytes(),
            (long) limits.maxBytes() * limits.maxConcurrent(),
            limits.maxConcurrent());
    this.places = new Semaphore(limits.maxConcurrent());
  }

  /**
   * The answer to a request with a body.
   *
   * @param operation named first in every refusal
   * @throws Refusal 400, 411, 413, or 503 where too much is being sent or computed
   * @throws InterruptedException if the request's time is over
   */
  HttpReply admit(String operation, HttpExchange exchange, Work work)
      throws IOException, InterruptedException {
    try (Bodies.Body body = bodies.named(operation).read(exchange)) {
      if (!places.tryAcquire()) {
        throw new Refusal(503, operation + ": too many requests at once; try again later");
      }
      try {
        return work.answer(body.bytes());
      } finally {
        places.release();
      }
    }
  }

  /** Lets a client that was refused send the rest of its body, so that it gets to read why. */
  void drain(HttpExchange exchange) {
    bodies.drain(exchange);
  }
}

package io.fovea.train;

import io.fovea.parallel.Workers;

/**
 * Long arrays in pieces of 256 KB, so that weights, their gradient and a slot fit into the second
 * cache.
 */
final class Pieces {
  private static final int LENGTH = 1 << 16;

  private Pieces() {}

  /** What is done with one piece. */
  @FunctionalInterface
  interface Body {
    /** Works on the elements from (inclusive) to (exclusive). */
    void run(int piece, int from, int to);
  }

  static int count(int length) {
    return (length + LENGTH - 1) / LENGTH;
  }

  /** All pieces, in parallel. */
  static void run(Workers workers, int length, Body body) {
    workers.run(
        count(length),
        (chunk, worker) -> {
          int from = chunk * LENGTH;
          body.run(chunk, from, Math.min(length, from + LENGTH));
        });
  }
}

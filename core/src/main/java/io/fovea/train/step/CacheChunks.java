package io.fovea.train.step;

import io.fovea.parallel.Workers;

/**
 * Splits long arrays into chunks of 256 KB, so that a chunk of the weights, of the gradient and of
 * an optimiser slot fit into the L2 cache at the same time.
 */
public final class CacheChunks {
  private static final int LENGTH = 1 << 16;

  private CacheChunks() {}

  /** Work on one chunk. */
  @FunctionalInterface
  public interface Body {
    /** Works on the elements from (inclusive) to (exclusive). */
    void run(int chunk, int from, int to);
  }

  public static int count(int length) {
    return (length + LENGTH - 1) / LENGTH;
  }

  /** Runs the body for all chunks, in parallel. */
  public static void run(Workers workers, int length, Body body) {
    workers.run(
        count(length),
        (chunk, worker) -> {
          int from = chunk * LENGTH;
          body.run(chunk, from, Math.min(length, from + LENGTH));
        });
  }
}

package io.fovea.kernel;

import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import org.jspecify.annotations.Nullable;

/**
 * What a kernel may use while it runs.
 *
 * @param workers the threads
 * @param scratch temporary floats, one workspace's own
 * @param derived where to keep what is computed from the weights; none where these may change
 */
public record Resources(
    Workers workers, Scratch scratch, @Nullable TransformedWeightCache derived) {
  /** For weights that may change. */
  public Resources(Workers workers, Scratch scratch) {
    this(workers, scratch, null);
  }

  /** Some of the elements that a loop goes over. */
  @FunctionalInterface
  public interface Piece {
    /** Does the work on {@code length} elements from {@code from} on. */
    void run(int from, int length, int worker);
  }

  /** Runs the body for pieces of so many elements, and for what is left behind them. */
  public void run(int elements, int piece, Piece body) {
    workers.run(
        Math.ceilDiv(elements, piece),
        (chunk, worker) -> {
          int from = chunk * piece;
          body.run(from, Math.min(piece, elements - from), worker);
        });
  }

  /** Runs the body for every chunk. */
  public void run(int chunks, Workers.Body body) {
    workers.run(chunks, body);
  }
}

package io.fovea.kernel.op;

import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import org.jspecify.annotations.Nullable;

/**
 * The threads and the memory that a kernel may use.
 *
 * @param workers the threads
 * @param scratch temporary floats of one workspace
 * @param derived the cache of values computed from the weights; null where weights may change
 */
public record Resources(
    Workers workers, Scratch scratch, @Nullable TransformedWeightCache derived) {
  /** Resources for weights that may change. */
  public Resources(Workers workers, Scratch scratch) {
    this(workers, scratch, null);
  }

  /** The body of a loop over pieces. */
  @FunctionalInterface
  public interface Piece {
    /** Computes {@code length} elements from {@code from} on. */
    void run(int from, int length, int worker);
  }

  /** Runs the body for pieces of {@code elements} elements, and for the remainder. */
  public void run(int elements, int piece, Piece body) {
    workers.run(
        Math.ceilDiv(elements, piece),
        (chunk, worker) -> {
          int from = chunk * piece;
          body.run(from, Math.min(piece, elements - from), worker);
        });
  }

  public void run(int chunks, Workers.Body body) {
    workers.run(chunks, body);
  }
}

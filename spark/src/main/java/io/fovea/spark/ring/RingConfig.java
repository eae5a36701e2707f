package io.fovea.spark.ring;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * The parameters of a worker of a ring.
 *
 * @param rank the worker's number, from 0
 * @param size the number of workers
 * @param secret the shared secret of the workers of one job
 * @param silence the time without a message after which a peer is lost; a live process sends
 *     heartbeats four times as often, even while it computes
 * @param patience the longest time of one sum, even if the peers are alive
 * @param chunk the floats of one message, at least 1
 * @param cancelled whether this worker is cancelled
 */
public record RingConfig(
    int rank,
    int size,
    Secret secret,
    Duration silence,
    Duration patience,
    int chunk,
    BooleanSupplier cancelled) {
  /**
   * 64 KB: long enough to make the cost of a message small, short enough for a few hundred workers.
   */
  public static final int CHUNK = 1 << 14;

  /** Throws IllegalArgumentException if one is out of its range. */
  public RingConfig {
    if (size < 1 || rank < 0 || rank >= size || chunk < 1) {
      throw new IllegalArgumentException(
          "ring: worker %d of %d with messages of %d floats: expects a rank from 0 to size - 1, and messages of at least 1"
              .formatted(rank, size, chunk));
    }
    if (silence.toMillis() < 4 || patience.compareTo(silence) < 0) {
      throw new IllegalArgumentException(
          "ring: a silence of %s and a patience of %s: expects at least 4 ms, and no less patience than silence"
              .formatted(silence, patience));
    }
  }

  int next() {
    return (rank + 1) % size;
  }

  int previous() {
    return (rank + size - 1) % size;
  }
}

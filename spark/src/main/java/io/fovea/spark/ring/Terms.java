package io.fovea.spark.ring;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * What a worker of a ring goes by.
 *
 * @param rank which worker it is, from 0
 * @param size the number of workers
 * @param secret what the workers of one job, and nobody else, know
 * @param silence how long a peer may say nothing before it counts as lost: a live process says
 *     something four times as often, even while it computes
 * @param patience how long one sum may take, whatever the peers say
 * @param chunk the floats of one message, at least 1
 * @param cancelled whether this worker shall give up
 */
public record Terms(
    int rank,
    int size,
    Secret secret,
    Duration silence,
    Duration patience,
    int chunk,
    BooleanSupplier cancelled) {
  /** 64 KB: a message's cost is small beside its length, and a ring of a few hundred has enough. */
  public static final int CHUNK = 1 << 14;

  /** Throws IllegalArgumentException if one is out of its range. */
  public Terms {
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

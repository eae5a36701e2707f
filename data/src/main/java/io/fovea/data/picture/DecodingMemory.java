package io.fovea.data.picture;

import io.fovea.data.base.DataException;
import java.util.concurrent.Semaphore;

/**
 * The memory for pictures that threads decode at a time, so that it does not grow with their
 * number: 220 MB were measured for one of 24 megapixels. A thread whose picture does not fit waits
 * for others; one that never fits is decoded alone.
 */
public final class DecodingMemory {
  /** A third of the heap; pictures that stay in memory take a quarter ({@link DataOptions}). */
  static final DecodingMemory HEAP = new DecodingMemory(Runtime.getRuntime().maxMemory() / 3);

  private static final int UNIT = 1024;

  private final int units;
  private final Semaphore free;

  DecodingMemory(long bytes) {
    this.units = Math.clamp(bytes / UNIT, 1, Integer.MAX_VALUE);
    this.free = new Semaphore(units, true);
  }

  interface Decoding<T> {
    T decoded() throws DataException;
  }

  /** Does work that takes {@code bytes} bytes as soon as they are free. */
  <T> T with(long bytes, Decoding<T> work) throws DataException {
    int own = Math.clamp(bytes / UNIT, 0, units);
    free.acquireUninterruptibly(own);
    try {
      return work.decoded();
    } finally {
      free.release(own);
    }
  }
}

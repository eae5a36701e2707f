package io.fovea.kernel.vector.machine;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Reads memory early, so that it is in a cache when a kernel needs it.
 *
 * <p>A kernel that reads weights in short runs, some rows at a time, waits for each run. One long
 * run is prefetched by the processor (30 GB/s from memory and 100 from the L3 cache on a Zen 4):
 * {@link #range} reads one. Between other work, {@link #next} reads a few cache lines at a time
 * into the L2 cache (decision 32).
 */
public final class Prefetch {
  private static final int L = Lanes.COUNT;

  /** Cache lines of a step: a constant, so that no branch is mispredicted. */
  private static final int LINES = 15;

  /** Floats of a step. */
  private static final int STEP = LINES * 16;

  private float[] array = {};
  private int offset;
  private int end;
  private float sum;

  /**
   * Reads from (inclusive) to (exclusive). The result is a meaningless sum; the caller stores it,
   * so that the compiler does not remove the reads.
   */
  public static float range(float[] array, int from, int to) {
    // Four sums, so that additions do not wait for one another.
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = FloatVector.zero(SPECIES);
    FloatVector c = FloatVector.zero(SPECIES);
    FloatVector d = FloatVector.zero(SPECIES);
    for (int i = from; i + 4 * L <= to; i += 4 * L) {
      a = a.add(FloatVector.fromArray(SPECIES, array, i));
      b = b.add(FloatVector.fromArray(SPECIES, array, i + L));
      c = c.add(FloatVector.fromArray(SPECIES, array, i + 2 * L));
      d = d.add(FloatVector.fromArray(SPECIES, array, i + 3 * L));
    }
    return a.add(b).add(c.add(d)).lane(0);
  }

  /** Sets the range from {@code offset} to {@code end}; an incomplete last step is not read. */
  public void over(float[] array, int offset, int end) {
    this.array = array;
    this.offset = offset;
    this.end = end;
  }

  /** The number of steps for {@code length} floats. */
  public static int steps(int length) {
    return Math.ceilDiv(length, STEP);
  }

  /** Reads the lines of the next step, if there are any left. */
  public void next() {
    int from = offset;
    if (from + STEP > end) {
      return;
    }
    float read = 0;
    for (int i = 0; i < LINES; i++) {
      read += array[from + i * 16];
    }
    sum += read; // keeps the compiler from removing the reads
    offset = from + STEP;
  }

  /** A meaningless sum, which the caller stores so that the compiler does not remove the reads. */
  public float sum() {
    return sum;
  }
}

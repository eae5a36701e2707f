package io.fovea.kernel.vector.machine;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Reads memory early, so that it is in a cache when a kernel needs it.
 *
 * <p>A kernel that goes through weights in short runs, some rows at a time, waits for each run. One
 * long run in order is prefetched by the processor itself (30 GB/s from memory and 100 from the L3
 * cache on a Zen 4): {@link #range} reads one at once. Where there is other work to do meanwhile,
 * {@link #next} reads a few cache lines at a time, which then lie in the L2 cache already.
 */
public final class Prefetch {
  private static final int L = Lanes.COUNT;

  /** Cache lines of a step, always as many, so that no branch is guessed wrong. */
  private static final int LINES = 15;

  /** Floats of a step. */
  private static final int STEP = LINES * 16;

  private float[] array = {};
  private int offset;
  private int end;
  private float sum;

  /**
   * Reads from (inclusive) to (exclusive). The result is a sum that nobody needs; a caller that
   * keeps it somewhere keeps the compiler from leaving the reading out.
   */
  public static float range(float[] array, int from, int to) {
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

  /** Steps from {@code offset} to {@code end}; what is left of the last one is not read. */
  public void over(float[] array, int offset, int end) {
    this.array = array;
    this.offset = offset;
    this.end = end;
  }

  /** Steps that so many floats take. */
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
    sum += read; // or the compiler would leave the reading out
    offset = from + STEP;
  }

  /** A number that nobody needs; keeping it keeps the compiler from leaving the reading out. */
  public float sum() {
    return sum;
  }
}

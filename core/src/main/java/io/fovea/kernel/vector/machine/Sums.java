package io.fovea.kernel.vector.machine;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Sums of two runs of floats. C2 does not vectorise the plain loop, because the runs might overlap.
 */
public final class Sums {
  private static final int L = Lanes.COUNT;

  private Sums() {}

  /** target[at + i] = a[aAt + i] + b[bAt + i]; the target may be one of the two. */
  public static void add(
      float[] target, int at, float[] a, int aAt, float[] b, int bAt, int length) {
    int i = 0;
    for (; i + L <= length; i += L) {
      FloatVector.fromArray(SPECIES, a, aAt + i)
          .add(FloatVector.fromArray(SPECIES, b, bAt + i))
          .intoArray(target, at + i);
    }
    for (; i < length; i++) {
      target[at + i] = a[aAt + i] + b[bAt + i];
    }
  }
}

package io.fovea.kernel.vector.machine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The widest vector of this machine; a species fixed by hand ran at 1 % of the peak where it is not
 * the preferred one.
 */
public final class Lanes {
  public static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Floats in one vector, L. */
  public static final int COUNT = SPECIES.length();

  /**
   * Whether a loop that broadcasts a number for each multiply-add is faster in two halves of a
   * vector, to the same bits. Zen 4 computes 512 bits in two halves, a broadcast's as well, and has
   * three pipes of half a vector for both: whole vectors reach 71 % of the peak, halves 89 %
   * (docs/decisions/0028). Elsewhere halves would be half as fast.
   */
  public static final boolean SPLIT = COUNT == 16 && Processor.splitsVectors();

  private Lanes() {}

  /** The smallest multiple of L that is at least n. */
  public static int roundUp(int n) {
    return (n + COUNT - 1) / COUNT * COUNT;
  }
}

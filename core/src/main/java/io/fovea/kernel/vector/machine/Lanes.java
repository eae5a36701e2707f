package io.fovea.kernel.vector.machine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The preferred vector species of this machine; another species runs at 1 % of the peak. */
public final class Lanes {
  public static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Floats in one vector, L. */
  public static final int COUNT = SPECIES.length();

  /**
   * Whether a loop that broadcasts a number for each multiply-add is faster in two halves of a
   * vector, to the same bits. Zen 4 computes 512 bits in two halves, including broadcasts, and has
   * three pipes of half a vector for both: full vectors reach 71 % of the peak, halves 89 %
   * (docs/decisions/0028). Elsewhere halves would be half as fast.
   */
  public static final boolean SPLIT = COUNT == 16 && Processor.splitsVectors();

  private Lanes() {}

  /** The smallest multiple of L that is at least n. */
  public static int roundUp(int n) {
    return (n + COUNT - 1) / COUNT * COUNT;
  }
}

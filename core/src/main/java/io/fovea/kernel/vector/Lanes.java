package io.fovea.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The widest vector of this machine; a species fixed by hand ran at 1 % of the peak where it is not
 * the preferred one.
 */
final class Lanes {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Floats in one vector, L. */
  static final int COUNT = SPECIES.length();

  private Lanes() {}

  /** The smallest multiple of L that is at least n. */
  static int roundUp(int n) {
    return (n + COUNT - 1) / COUNT * COUNT;
  }
}

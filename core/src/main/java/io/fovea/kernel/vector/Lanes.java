package io.fovea.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The widest vector of this machine; a species fixed by hand ran at 1 % of the peak where it is not
 * the preferred one.
 */
final class Lanes {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Floats in one vector, L. */
  static final int COUNT = SPECIES.length();

  /**
   * Half a vector, where vectors have 512 bits. The Vector API's methods that kernels share, such
   * as {@code fma}, must meet vectors of one species only, or C2 boxes those of other kernels in
   * the middle of their loops. So parts of a vector are computed by {@code lanewise}, whose profile
   * is their caller's own, and stored as the beginning of a whole one (docs/decisions/0022).
   */
  static final VectorSpecies<Float> HALF = COUNT == 16 ? FloatVector.SPECIES_256 : SPECIES;

  /** A quarter of a vector, where vectors have 512 bits. */
  static final VectorSpecies<Float> QUARTER = COUNT == 16 ? FloatVector.SPECIES_128 : SPECIES;

  /** The lanes that lie above those of {@link #HALF}. */
  static final VectorMask<Float> UPPER_HALF = SPECIES.indexInRange(0, COUNT / 2).not();

  /** Each lane's place when a half becomes the upper one. */
  static final VectorShuffle<Float> UPWARD = VectorShuffle.iota(SPECIES, COUNT / 2, 1, true);

  /**
   * Whether a loop that broadcasts a number for each multiply-add is faster in two halves of a
   * vector, to the same bits. Zen 4 computes 512 bits in two halves, a broadcast's as well, and has
   * three pipes of half a vector for both: whole vectors reach 71 % of the peak, halves 89 %
   * (docs/decisions/0003). Elsewhere halves would be half as fast.
   */
  static final boolean SPLIT = COUNT == 16 && Processor.splitsVectors();

  private Lanes() {}

  /** The smallest multiple of L that is at least n. */
  static int roundUp(int n) {
    return (n + COUNT - 1) / COUNT * COUNT;
  }
}

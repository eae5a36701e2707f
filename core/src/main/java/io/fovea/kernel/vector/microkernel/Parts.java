package io.fovea.kernel.vector.microkernel;

import io.fovea.kernel.vector.machine.Lanes;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Constants for generated code: L, and those for parts of a vector of 512 bits. The Vector API's
 * methods that kernels share, such as {@code fma}, must be called with one species only, or C2
 * boxes vectors of other kernels inside their loops. So parts are computed by {@code lanewise},
 * whose profile belongs to its caller, and stored as the beginning of a full vector (decision 22).
 */
public final class Parts {
  private static final VectorSpecies<Float> WHOLE = Lanes.SPECIES;

  /** Floats of a vector: a constant to the compiler. */
  public static final int L = WHOLE.length();

  /** The lanes of the upper half of a vector. */
  public static final VectorMask<Float> UPPER_HALF = WHOLE.indexInRange(0, L / 2).not();

  /** Moves the lower half of a vector to the upper half. */
  public static final VectorShuffle<Float> UPWARD = VectorShuffle.iota(WHOLE, L / 2, 1, true);

  private Parts() {}
}

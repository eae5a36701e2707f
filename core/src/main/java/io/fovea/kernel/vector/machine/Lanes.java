package io.fovea.kernel.vector.machine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vectors of this machine, the only class that chooses a species: another one runs at 1 % of
 * the peak.
 */
public final class Lanes {
  /**
   * Floats in the longest vector of any machine, W. What changes bits is defined by it at every
   * width: the lanes of a sum, and choices by sizes that are padded to vectors.
   */
  public static final int WIDEST = 16;

  /** A number of lanes that tests force. */
  private static final String FORCED = "fovea.test.lanes";

  public static final VectorSpecies<Float> SPECIES =
      VectorSpecies.of(
          float.class,
          VectorShape.forBitSize(
              Float.SIZE
                  * Integer.getInteger(
                      FORCED, Math.min(WIDEST, FloatVector.SPECIES_PREFERRED.length()))));

  /** Floats in one vector, L. */
  public static final int COUNT = SPECIES.length();

  /** Whether a kernel may compute the first half or quarter of a vector, or both halves. */
  public static final boolean HAVE_PARTS = COUNT == WIDEST;

  /** A number of registers that tests force. */
  private static final String FORCED_REGISTERS = "fovea.test.registers";

  /** The vector registers of this machine: 32 with AVX-512 and on ARM, else 16. */
  public static final int REGISTERS =
      Integer.getInteger(
          FORCED_REGISTERS,
          HAVE_PARTS || System.getProperty("os.arch", "").equals("aarch64") ? 32 : 16);

  /**
   * Whether a loop that broadcasts a number for each multiply-add is faster in two halves of a
   * vector, to the same bits. Zen 4 computes 512 bits in two halves, including broadcasts, and has
   * three pipes of half a vector for both: full vectors reach 71 % of the peak, halves 89 %
   * (decision 28). Elsewhere halves would be half as fast.
   */
  public static final boolean SPLIT = HAVE_PARTS && Processor.splitsVectors();

  private Lanes() {}

  /** The smallest multiple of W that is at least n: for what changes bits. */
  public static int roundUpWidest(int n) {
    return (n + WIDEST - 1) / WIDEST * WIDEST;
  }

  /** The smallest multiple of L that is at least n. */
  public static int roundUp(int n) {
    return (n + COUNT - 1) / COUNT * COUNT;
  }
}

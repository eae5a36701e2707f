package io.fovea.kernel.vector.gemm;

/** Divides long sums into slices, so that the operands of a block of rows stay in a cache. */
public final class KBlocking {
  /** About the most terms of a slice: 8 rows of them fill half of the L1 cache. */
  private static final int LONGEST = 512;

  private KBlocking() {}

  /**
   * The length of slices of nearly equal sizes for {@code terms} terms; a multiple of {@code unit}.
   */
  public static int length(int terms, int unit) {
    return length(terms, LONGEST, unit);
  }

  /** The same with a given limit. */
  public static int length(int terms, int longest, int unit) {
    int slices = (terms + longest - 1) / longest;
    // Nearly equal slices: 600 terms are 300 and 300, not 512 and 88.
    int even = (terms + slices - 1) / slices;
    return (even + unit - 1) / unit * unit;
  }
}

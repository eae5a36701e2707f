package io.fovea.kernel.vector.gemm;

/** Long sums are cut into slices, so that what a block of rows reads of them stays in a cache. */
public final class KBlocking {
  /** Terms of a slice, at most about: 8 rows of them fill half of the first cache. */
  private static final int LONGEST = 512;

  private KBlocking() {}

  /** The length of slices that cut so many terms evenly; a multiple of {@code unit}. */
  public static int length(int terms, int unit) {
    return length(terms, LONGEST, unit);
  }

  /** The same with so many terms at most. */
  public static int length(int terms, int longest, int unit) {
    int slices = (terms + longest - 1) / longest;
    int even = (terms + slices - 1) / slices;
    return (even + unit - 1) / unit * unit;
  }
}

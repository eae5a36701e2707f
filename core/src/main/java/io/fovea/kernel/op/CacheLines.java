package io.fovea.kernel.op;

/**
 * The index at which buffers begin, so that vectors of 64 bytes do not straddle two cache lines.
 *
 * <p>An array of floats has 16 bytes before its first element. Where the JVM aligns objects to 64
 * bytes (-XX:ObjectAlignmentInBytes=64, which the launcher sets), element {@link #ALIGNED_START}
 * begins a cache line; elsewhere it does no harm. The gain is in decision 14.
 */
public final class CacheLines {
  /** The element of an array of floats at which a cache line begins. */
  public static final int ALIGNED_START = 12;

  private CacheLines() {}
}

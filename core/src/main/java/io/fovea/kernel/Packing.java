package io.fovea.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How a weight is stored: an invertible map from the logical, row-major order to the order its
 * kernel prefers. Stored arrays may hold padding; padding is zero, and stays zero under every
 * element-wise update because its gradient is zero.
 */
public final class Packing {
  private final int @Nullable [] positions; // null for the identity
  private final int length;
  private final int storedLength;

  private Packing(int @Nullable [] positions, int length, int storedLength) {
    this.positions = positions;
    this.length = length;
    this.storedLength = storedLength;
  }

  /** The identity: stored as it reads. */
  public static Packing rowMajor(int length) {
    return new Packing(null, length, length);
  }

  /**
   * Logical element i lies at positions[i] of storedLength floats; the positions differ from each
   * other.
   */
  public static Packing of(int[] positions, int storedLength) {
    return new Packing(positions, positions.length, storedLength);
  }

  /** Whether the stored form is the logical one. */
  public boolean isIdentity() {
    return positions == null;
  }

  /** Elements in logical order. */
  public int length() {
    return length;
  }

  /** Floats of the stored form, padding included. */
  public int storedLength() {
    return storedLength;
  }

  /** The stored form of logical values, always another array. */
  public float[] pack(float[] logical) {
    if (positions == null) {
      return Arrays.copyOf(logical, length);
    }
    float[] stored = new float[storedLength];
    for (int i = 0; i < positions.length; i++) {
      stored[positions[i]] = logical[i];
    }
    return stored;
  }

  /** The logical values of a stored form, always another array. */
  public float[] unpack(float[] stored) {
    if (positions == null) {
      return Arrays.copyOf(stored, length);
    }
    float[] logical = new float[positions.length];
    for (int i = 0; i < positions.length; i++) {
      logical[i] = stored[positions[i]];
    }
    return logical;
  }
}

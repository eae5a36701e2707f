package io.fovea.kernel;

/**
 * How a weight is stored: an invertible map from the logical, row-major order to the order its
 * kernel prefers. Stored arrays may hold padding; padding is zero, and stays zero under every
 * element-wise update because its gradient is zero.
 */
public final class Packing {
  private final int[] positions;
  private final int storedLength;

  private Packing(int[] positions, int storedLength) {
    this.positions = positions;
    this.storedLength = storedLength;
  }

  /** The identity: stored as it reads. */
  public static Packing rowMajor(int length) {
    int[] positions = new int[length];
    for (int i = 0; i < length; i++) {
      positions[i] = i;
    }
    return new Packing(positions, length);
  }

  /**
   * Logical element i lies at positions[i] of storedLength floats; the positions differ from each
   * other.
   */
  public static Packing of(int[] positions, int storedLength) {
    return new Packing(positions, storedLength);
  }

  /** Elements in logical order. */
  public int length() {
    return positions.length;
  }

  /** Floats of the stored form, padding included. */
  public int storedLength() {
    return storedLength;
  }

  /** The stored form of logical values. */
  public float[] pack(float[] logical) {
    float[] stored = new float[storedLength];
    for (int i = 0; i < positions.length; i++) {
      stored[positions[i]] = logical[i];
    }
    return stored;
  }

  /** The logical values of a stored form. */
  public float[] unpack(float[] stored) {
    float[] logical = new float[positions.length];
    for (int i = 0; i < positions.length; i++) {
      logical[i] = stored[positions[i]];
    }
    return logical;
  }
}

package io.fovea.kernel.op;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The stored order of a weight: an invertible map from the logical, row-major order to the order
 * that its kernel reads. Stored arrays may hold padding; padding is zero, and stays zero under
 * every element-wise update because its gradient is zero.
 *
 * <p>The map is computed a row at a time, so that packing a weight of half a GB does not take
 * another half for positions.
 *
 * @param rows null for the identity
 * @param storedLength floats of the stored form, padding included
 */
public record Packing(@Nullable Rows rows, int count, int rowLength, int storedLength) {
  /** The stored positions of the elements of a row. */
  @FunctionalInterface
  public interface Rows {
    /** Writes the stored positions of a row's elements, in logical order. */
    void positions(int row, int[] positions);
  }

  /** The identity. */
  public static Packing rowMajor(int length) {
    return new Packing(null, 1, length, length);
  }

  /**
   * A packing with logical element i at positions[i] of storedLength floats; the positions differ
   * from each other.
   */
  public static Packing of(int[] positions, int storedLength) {
    Rows one = (row, target) -> System.arraycopy(positions, 0, target, 0, positions.length);
    return new Packing(one, 1, positions.length, storedLength);
  }

  /**
   * A packing of {@code count} rows of {@code rowLength} elements, in storedLength floats; all
   * positions differ from each other.
   */
  public static Packing of(int count, int rowLength, int storedLength, Rows rows) {
    return new Packing(rows, count, rowLength, storedLength);
  }

  /** Whether the stored form is the logical one. */
  public boolean isIdentity() {
    return rows == null;
  }

  /** Elements in logical order. */
  public int length() {
    return count * rowLength;
  }

  /** The stored form of logical values, always a new array. */
  public float[] pack(float[] logical) {
    if (rows == null) {
      return Arrays.copyOf(logical, length());
    }
    float[] stored = new float[storedLength];
    int[] positions = new int[rowLength];
    for (int row = 0; row < count; row++) {
      rows.positions(row, positions);
      pack(stored, logical, row * rowLength, positions);
    }
    return stored;
  }

  private static void pack(float[] stored, float[] logical, int at, int[] positions) {
    for (int i = 0; i < positions.length; i++) {
      stored[positions[i]] = logical[at + i];
    }
  }

  /** The logical values of a stored form, always a new array. */
  public float[] unpack(float[] stored) {
    if (rows == null) {
      return Arrays.copyOf(stored, length());
    }
    float[] logical = new float[length()];
    int[] positions = new int[rowLength];
    for (int row = 0; row < count; row++) {
      rows.positions(row, positions);
      unpack(logical, stored, row * rowLength, positions);
    }
    return logical;
  }

  /**
   * The sum of the squares of some rows of a stored form, in double and in logical order, so that
   * it does not depend on how vectors divide the stored one.
   */
  public double squares(float[] stored, int from, int to) {
    double sum = 0;
    int[] positions = new int[rowLength];
    for (int row = from; row < to; row++) {
      Objects.requireNonNull(rows, "a packing that is the identity").positions(row, positions);
      double own = 0;
      for (int position : positions) {
        own += (double) stored[position] * stored[position];
      }
      sum += own;
    }
    return sum;
  }

  private static void unpack(float[] logical, float[] stored, int at, int[] positions) {
    for (int i = 0; i < positions.length; i++) {
      logical[at + i] = stored[positions[i]];
    }
  }
}

package io.fovea.kernel.vector.machine;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/** Sums over rows, column by column: the bias gradient. */
public final class ColumnSums {
  private static final int L = Lanes.COUNT;

  private ColumnSums() {}

  /**
   * sums[at + c] += sum over rows r, in order, of values[from + r*columns + c], for all columns c.
   */
  public static void add(float[] sums, int at, float[] values, int from, int rows, int columns) {
    int c = 0;
    for (; c + 2 * L <= columns; c += 2 * L) {
      FloatVector left = FloatVector.fromArray(SPECIES, sums, at + c);
      FloatVector right = FloatVector.fromArray(SPECIES, sums, at + c + L);
      for (int r = 0; r < rows; r++) {
        left = left.add(FloatVector.fromArray(SPECIES, values, from + r * columns + c));
        right = right.add(FloatVector.fromArray(SPECIES, values, from + r * columns + c + L));
      }
      left.intoArray(sums, at + c);
      right.intoArray(sums, at + c + L);
    }
    for (; c + L <= columns; c += L) {
      FloatVector sum = FloatVector.fromArray(SPECIES, sums, at + c);
      for (int r = 0; r < rows; r++) {
        sum = sum.add(FloatVector.fromArray(SPECIES, values, from + r * columns + c));
      }
      sum.intoArray(sums, at + c);
    }
    for (; c < columns; c++) {
      float sum = sums[at + c];
      for (int r = 0; r < rows; r++) {
        sum += values[from + r * columns + c];
      }
      sums[at + c] = sum;
    }
  }
}

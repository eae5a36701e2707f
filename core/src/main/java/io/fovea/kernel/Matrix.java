package io.fovea.kernel;

/**
 * A view of a matrix in an array: row-major with a leading dimension, or the transpose of such a
 * matrix. Transposing copies nothing.
 *
 * <pre>element (i, j) = array[offset + i*rowStep + j*columnStep]</pre>
 *
 * One of the two steps is 1. Sizes may be zero.
 *
 * @param array the array behind this matrix: not a copy
 * @param offset the index of element (0, 0)
 * @param rows the number of rows
 * @param columns the number of columns
 * @param rowStep from a row to the next one
 * @param columnStep from a column to the next one
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Matrix(
    float[] array, int offset, int rows, int columns, int rowStep, int columnStep) {
  /** The complete array as rows of {@code columns} numbers. */
  public static Matrix of(float[] array, int rows, int columns) {
    return on(array, 0, rows, columns, columns);
  }

  /**
   * Row i begins at {@code offset + i*leading}.
   *
   * @throws IllegalArgumentException if a size is negative, the rows overlap or the array is too
   *     short
   */
  public static Matrix on(float[] array, int offset, int rows, int columns, int leading) {
    if (rows < 0 || columns < 0 || offset < 0 || leading < columns) {
      throw new IllegalArgumentException(
          "matrix: expects sizes and an offset of at least 0 and a leading dimension of at least the columns, got %d x %d, offset %d, leading dimension %d"
              .formatted(rows, columns, offset, leading));
    }
    boolean empty = rows == 0 || columns == 0;
    long end = empty ? 0 : offset + (rows - 1L) * leading + columns;
    if (end > array.length) {
      throw new IllegalArgumentException(
          "matrix: %d x %d from offset %d with leading dimension %d ends at %d, got an array of %d"
              .formatted(rows, columns, offset, leading, end, array.length));
    }
    return new Matrix(array, offset, rows, columns, leading, 1);
  }

  /** The same numbers with rows and columns exchanged. */
  public Matrix transposed() {
    return new Matrix(array, offset, columns, rows, columnStep, rowStep);
  }

  /** The index of element (i, j) in {@link #array()}. */
  public int at(int i, int j) {
    return offset + i * rowStep + j * columnStep;
  }
}

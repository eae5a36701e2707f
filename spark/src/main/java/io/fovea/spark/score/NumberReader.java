package io.fovea.spark.score;

import io.fovea.inference.Classifier;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.bitset.BitSetMethods;

/**
 * Reads numbers: raw bytes, arrays and vectors with exactly one value for each input of the model.
 * Pixels are scaled by the model's preprocessing, but not resized.
 */
final class NumberReader implements BatchedPredictions.Input<InternalRow> {
  /** The fields of a stored vector: type, size, indices, values. */
  private static final int FIELDS = 4;

  private static final byte SPARSE = 0;

  private final PictureColumn column;
  private final Classifier model;
  private final int elements;
  private final int channels;
  private final boolean pixels;

  NumberReader(PictureColumn column, Classifier model) {
    this.column = column;
    this.model = model;
    this.elements = model.input().elements();
    this.channels = model.input().rank() == 3 ? model.input().size(0) : 1;
    this.pixels = column.pixels() || column.format() == PictureColumn.Format.BYTES;
  }

  @Override
  public void read(InternalRow row, float[] x, int offset) throws InvalidInputException {
    column.requirePresent(row);
    switch (column.format()) {
      case BYTES -> bytes(row, row.getBinary(column.ordinal()), x, offset);
      case FLOATS -> floats(row, array(row), x, offset);
      case DOUBLES -> doubles(row, array(row).toDoubleArray(), x, offset);
      case INTS -> ints(row, array(row).toIntArray(), x, offset);
      case VECTORS -> vector(row, row.getStruct(column.ordinal(), FIELDS), x, offset);
      case FILES, IMAGES -> throw new AssertionError(column.format() + " are not numbers");
    }
    if (column.channelsFirst() && channels > 1) {
      toChannelsLast(x, offset);
    }
    if (pixels) {
      model.preprocessing().apply(x, offset, elements);
    }
  }

  private ArrayData array(InternalRow row) throws InvalidInputException {
    ArrayData array = row.getArray(column.ordinal());
    requireLength(row, array.numElements());
    if (hasNull(array)) {
      throw new InvalidInputException(
          "FoveaModel: %s: expects numbers in the array, got null".formatted(column.place(row)));
    }
    return array;
  }

  /** Checks 64 elements at once if the array is in Spark's unsafe format. */
  private static boolean hasNull(ArrayData array) {
    if (array instanceof UnsafeArrayData stored) {
      long marks = stored.getBaseOffset() + Long.BYTES;
      return BitSetMethods.anySet(
          stored.getBaseObject(), marks, (stored.numElements() + 63) / Long.SIZE);
    }
    for (int i = 0; i < array.numElements(); i++) {
      if (array.isNullAt(i)) {
        return true;
      }
    }
    return false;
  }

  private void bytes(InternalRow row, byte[] bytes, float[] x, int offset)
      throws InvalidInputException {
    if (bytes.length != elements) {
      throw new InvalidInputException(
          "FoveaModel: %s: expects %d bytes (%s pixels), got %d; for image files set bytesAre to \"files\""
              .formatted(column.place(row), elements, model.input(), bytes.length));
    }
    for (int i = 0; i < bytes.length; i++) {
      x[offset + i] = bytes[i] & 0xff;
    }
  }

  /**
   * Copies the block of memory of Spark's unsafe format: Spark's method allocates an array for each
   * row.
   */
  private void floats(InternalRow row, ArrayData array, float[] x, int offset)
      throws InvalidInputException {
    if (array instanceof UnsafeArrayData stored) {
      Platform.copyMemory(
          stored.getBaseObject(),
          stored.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes(elements),
          x,
          Platform.FLOAT_ARRAY_OFFSET + (long) Float.BYTES * offset,
          (long) Float.BYTES * elements);
    } else {
      System.arraycopy(array.toFloatArray(), 0, x, offset, elements);
    }
    if (!allValid(x, offset)) {
      for (int i = 0; i < elements; i++) {
        valid(row, i, x[offset + i]);
      }
    }
  }

  /**
   * Checks the smallest and the largest number, which the compiler vectorises: half the time of
   * comparing each. Both are NaN if one number is, and NaN is in no range.
   */
  private boolean allValid(float[] x, int offset) {
    float least = 0;
    float greatest = 0;
    for (int i = offset; i < offset + elements; i++) {
      least = Math.min(least, x[i]);
      greatest = Math.max(greatest, x[i]);
    }
    return pixels
        ? least >= 0 && greatest <= 255
        : least >= -Float.MAX_VALUE && greatest <= Float.MAX_VALUE;
  }

  private void doubles(InternalRow row, double[] values, float[] x, int offset)
      throws InvalidInputException {
    for (int i = 0; i < values.length; i++) {
      x[offset + i] = valid(row, i, (float) values[i]);
    }
  }

  private void ints(InternalRow row, int[] values, float[] x, int offset)
      throws InvalidInputException {
    for (int i = 0; i < values.length; i++) {
      x[offset + i] = valid(row, i, values[i]);
    }
  }

  private void vector(InternalRow row, InternalRow vector, float[] x, int offset)
      throws InvalidInputException {
    double[] values = vector.getArray(3).toDoubleArray();
    if (vector.getByte(0) != SPARSE) {
      requireLength(row, values.length);
      doubles(row, values, x, offset);
      return;
    }
    requireLength(row, vector.getInt(1));
    java.util.Arrays.fill(x, offset, offset + elements, 0);
    int[] indices = vector.getArray(2).toIntArray();
    for (int i = 0; i < indices.length; i++) {
      x[offset + indices[i]] = valid(row, indices[i], (float) values[i]);
    }
  }

  private float valid(InternalRow row, int index, float value) throws InvalidInputException {
    boolean ok = pixels ? value >= 0 && value <= 255 : Float.isFinite(value);
    if (!ok) {
      throw new InvalidInputException(
          "FoveaModel: %s: expects %s, got %s at index %d%s"
              .formatted(
                  column.place(row),
                  pixels ? "pixels from 0 to 255" : "finite numbers",
                  value,
                  index,
                  pixels ? "; for scaled numbers set numbersAre to \"inputs\"" : ""));
    }
    return value;
  }

  private void requireLength(InternalRow row, int length) throws InvalidInputException {
    if (length != elements) {
      throw new InvalidInputException(
          "FoveaModel: %s: expects %d numbers (%s), got %d"
              .formatted(column.place(row), elements, model.input(), length));
    }
  }

  private void toChannelsLast(float[] x, int offset) {
    float[] first = java.util.Arrays.copyOfRange(x, offset, offset + elements);
    int area = elements / channels;
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < area; i++) {
        x[offset + i * channels + c] = first[c * area + i];
      }
    }
  }
}

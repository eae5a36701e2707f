package io.fovea.format.tensors;

import io.fovea.format.FormatException;
import io.fovea.format.message.Quotation;
import java.nio.ByteBuffer;

/** Turns elements of a file into floats. */
public final class FloatDecoding {
  private FloatDecoding() {}

  /**
   * Decodes the first elements of a buffer: F16, BF16 and F32 exactly, F64 rounded.
   *
   * @param place the file and operation, for messages
   * @param at the index of the first value in the array
   * @throws FormatException if the tensor has another type, or a double is too large for a float
   */
  public static void decode(
      String place, TensorEntry entry, ByteBuffer buffer, float[] values, int at, int count)
      throws FormatException {
    switch (entry.type()) {
      case F32 -> buffer.asFloatBuffer().get(values, at, count);
      case F64 -> {
        for (int i = 0; i < count; i++) {
          values[at + i] = narrowed(place, entry, buffer.getDouble(i * Double.BYTES));
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          values[at + i] = Float.float16ToFloat(buffer.getShort(i * Short.BYTES));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) { // the upper half of a float
          values[at + i] = Float.intBitsToFloat(buffer.getShort(i * Short.BYTES) << 16);
        }
      }
      default -> throw wrongType(place, entry, DataType.WEIGHTS);
    }
  }

  private static float narrowed(String place, TensorEntry entry, double value)
      throws FormatException {
    float narrow = (float) value;
    if (Float.isInfinite(narrow) && !Double.isInfinite(value)) {
      throw new FormatException(
          "%s: tensor %s has the value %s, too large for a float; scale it down"
              .formatted(place, Quotation.of(entry.name()), value));
    }
    return narrow;
  }

  public static FormatException wrongType(String place, TensorEntry entry, String expected) {
    return new FormatException(
        "%s: tensor %s is %s, expected %s; convert it where it was written"
            .formatted(place, Quotation.of(entry.name()), entry.type(), expected));
  }

  public static int arrayLength(String place, TensorEntry entry) throws FormatException {
    // The longest array of the JVM: a few elements less than the largest int.
    if (entry.elements() > Integer.MAX_VALUE - 8) {
      throw new FormatException(
          "%s: tensor %s has %d elements, more than an array can hold; split it"
              .formatted(place, Quotation.of(entry.name()), entry.elements()));
    }
    return (int) entry.elements();
  }
}

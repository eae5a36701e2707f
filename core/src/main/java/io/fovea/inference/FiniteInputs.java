package io.fovea.inference;

import io.fovea.tensor.Tensor;

/** Refuses inputs whose answers would be NaN. */
final class FiniteInputs {
  /** All bits of a float but its sign; those of infinity, which only NaN's exceed. */
  private static final int MAGNITUDE = 0x7fffffff;

  private static final int INFINITE = 0x7f800000;

  private FiniteInputs() {}

  /**
   * Looks at all values.
   *
   * @throws IllegalArgumentException if one is not finite
   */
  static void require(Tensor x) {
    float[] values = x.array();
    int from = x.offset();
    int end = from + x.elements();
    int largest = 0; // as bits, in the order of magnitudes: a maximum of ints is vectorised
    for (int i = from; i < end; i++) {
      largest = Math.max(largest, Float.floatToRawIntBits(values[i]) & MAGNITUDE);
    }
    if (largest >= INFINITE) {
      int at = from;
      while (Float.isFinite(values[at])) {
        at++;
      }
      throw new IllegalArgumentException(
          "network: expects finite inputs, got %s in image %d; replace it, or leave the image out"
              .formatted(values[at], (at - from) / x.shape().elements()));
    }
  }
}

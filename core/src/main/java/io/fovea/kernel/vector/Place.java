package io.fovea.kernel.vector;

/**
 * Where an image's map goes: its pixels, {@code step} floats apart, begin at array[at], or would:
 * {@code at} may be below 0.
 */
@SuppressWarnings("ArrayRecordComponent") // a place, never compared
record Place(float[] array, int at, int step) {
  /** The place behind so many pixels. */
  Place after(int pixels) {
    return new Place(array, at + pixels * step, step);
  }

  /** Sets what is below zero to zero, pixels first (inclusive) to end (exclusive). */
  void rectify(int first, int end, int channels) {
    VectorRelu.rectify(array, at + first * step, step, end - first, channels);
  }
}

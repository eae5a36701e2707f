package io.fovea.kernel.vector.conv;

import io.fovea.kernel.vector.machine.Rectifier;

/**
 * Where an image's map goes: its pixels, {@code step} floats apart, begin at array[at], or would:
 * {@code at} may be below 0.
 */
@SuppressWarnings("ArrayRecordComponent") // a place, never compared
public record OutputView(float[] array, int at, int step) {
  /** The place behind so many pixels. */
  public OutputView after(int pixels) {
    return new OutputView(array, at + pixels * step, step);
  }

  /** Sets what is below zero to zero, pixels first (inclusive) to end (exclusive). */
  public void rectify(int first, int end, int channels) {
    Rectifier.rectify(array, at + first * step, step, end - first, channels);
  }
}

package io.fovea.kernel;

import io.fovea.tensor.Tensor;

/**
 * Where a kernel writes maps: pixel p of image n begins at array[at + (n * pixels + p) * step], or
 * would, since {@code at} may be below 0. Where {@code step} is more than the channels written,
 * others have their channels beside them (a concatenated map).
 *
 * @param array where the maps lie
 * @param at where the first pixel begins
 * @param step floats from one pixel to the next
 */
@SuppressWarnings("ArrayRecordComponent") // a place, never compared
public record OutputView(float[] array, int at, int step) {
  /** All channels of maps (C, H, W). */
  public static OutputView of(Tensor y) {
    return of(y, 0);
  }

  /** The channels of maps (C, H, W) from the given one on. */
  public static OutputView of(Tensor y, int channel) {
    return new OutputView(y.array(), y.offset() + channel, y.shape().size(0));
  }

  /** The view behind so many pixels. */
  public OutputView after(int pixels) {
    return new OutputView(array, at + pixels * step, step);
  }
}

package io.fovea.kernel.op;

import io.fovea.tensor.Tensor;

/**
 * The memory to which a kernel writes maps: pixel p of image n would begin at array[at + (n *
 * pixels + p) * step]; {@code at} may be negative where the first pixels are not written. Where
 * {@code step} is larger than the number of channels, the view is a part of a concatenated map.
 *
 * @param array the memory of the maps
 * @param at the index of the first pixel
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

  public OutputView after(int pixels) {
    return new OutputView(array, at + pixels * step, step);
  }
}

package io.fovea.data.augment;

import io.fovea.data.augment.buffer.SamplingGrid;
import io.fovea.random.RandomKey;

/**
 * Moves the image by an integer number of pixels vertically and horizontally: from -pixels to
 * pixels, each equally likely. Pixels from outside are background (one of the affine changes of
 * Simard, Steinkraus and Platt, ICDAR 2003, section 2).
 *
 * @param pixels the most, from 0 to 1000
 */
public record Shift(int pixels) implements Operation.Moving {
  public Shift {
    Magnitudes.require("shift", "pixels", pixels, 0, 1000);
  }

  @Override
  public void map(SamplingGrid grid, RandomKey key) {
    grid.move(-Magnitudes.whole(key, 0, pixels), -Magnitudes.whole(key, 1, pixels));
  }
}

package io.fovea.data.augment;

import io.fovea.data.augment.buffer.SamplingGrid;
import io.fovea.random.RandomKey;

/**
 * Enlarges or shrinks the image about its centre, by a factor from 1 - share to 1 + share, uniform
 * (one of the affine changes of Simard, Steinkraus and Platt, ICDAR 2003, section 2).
 *
 * @param share how much, from 0 to 0.9
 */
public record Scale(double share) implements Operation.Moving {
  public Scale {
    Magnitudes.require("scale", "a share", share, 0, 0.9);
  }

  @Override
  public void map(SamplingGrid grid, RandomKey key) {
    enlarge(grid, 1 + Magnitudes.between(key, 0, share));
  }

  static void enlarge(SamplingGrid grid, double factor) {
    grid.transform(1 / factor, 0, 0, 1 / factor);
  }
}

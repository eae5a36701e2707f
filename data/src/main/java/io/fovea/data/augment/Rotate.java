package io.fovea.data.augment;

import io.fovea.data.augment.buffer.SamplingGrid;
import io.fovea.random.RandomKey;

/**
 * Rotates the image about its centre, by an angle from -degrees to degrees, uniform; positive is
 * anticlockwise (one of the affine changes of Simard, Steinkraus and Platt, ICDAR 2003, section 2).
 *
 * @param degrees the most, from 0 to 180
 */
public record Rotate(double degrees) implements Operation.Moving {
  public Rotate {
    Magnitudes.require("rotate", "degrees", degrees, 0, 180);
  }

  @Override
  public void map(SamplingGrid grid, RandomKey key) {
    grid.rotate(Magnitudes.between(key, 0, degrees));
  }
}

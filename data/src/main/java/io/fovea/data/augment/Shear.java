package io.fovea.data.augment;

import io.fovea.data.augment.buffer.SamplingGrid;
import io.fovea.random.RandomKey;

/**
 * Shears the image: a row is moved sideways by its height above the centre times the tangent of an
 * angle from -degrees to degrees, uniform; positive is to the right at the top (one of the affine
 * changes of Simard, Steinkraus and Platt, ICDAR 2003, section 2).
 *
 * @param degrees the most, from 0 to 60
 */
public record Shear(double degrees) implements Operation.Moving {
  public Shear {
    Magnitudes.require("shear", "degrees", degrees, 0, 60);
  }

  @Override
  public void map(SamplingGrid grid, RandomKey key) {
    slant(grid, Magnitudes.between(key, 0, degrees));
  }

  static void slant(SamplingGrid grid, double degrees) {
    grid.transform(1, StrictMath.tan(StrictMath.toRadians(degrees)), 0, 1);
  }
}

package io.fovea.data.augment;

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
  public void map(Positions positions, RandomKey key) {
    turn(positions, Magnitudes.between(key, 0, degrees));
  }

  /** Rows run downward, so rotating the picture anticlockwise rotates its positions like this. */
  static void turn(Positions positions, double degrees) {
    double angle = StrictMath.toRadians(degrees);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    positions.transform(cos, -sin, sin, cos);
  }
}

package io.fovea.kernel.geometry;

/**
 * The geometry of a batch normalisation.
 *
 * @param channels C
 * @param height rows, H
 * @param width columns, W
 * @param epsilon added to the variance, so that a constant channel does not divide by zero
 */
public record BatchNorm2dGeometry(int channels, int height, int width, double epsilon) {
  /** H*W. */
  public int pixels() {
    return height * width;
  }
}

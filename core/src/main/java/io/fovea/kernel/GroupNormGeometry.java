package io.fovea.kernel;

/**
 * The facts of one normalisation within images. Layer normalisation is that of a single group whose
 * channels are all values of the image, and which has one pixel.
 *
 * @param channels C, each with a scale and a shift of its own
 * @param pixels H*W
 * @param groups G, a divisor of C: neighbouring channels share a mean and a deviation
 * @param epsilon added to the variance
 */
public record GroupNormGeometry(int channels, int pixels, int groups, double epsilon) {
  /** Channels of a group, C / G. */
  public int groupChannels() {
    return channels / groups;
  }

  /** Values of a group in one image, M. */
  public int values() {
    return groupChannels() * pixels;
  }

  /** Values of an image. */
  public int elements() {
    return channels * pixels;
  }
}

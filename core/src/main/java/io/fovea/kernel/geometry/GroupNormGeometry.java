package io.fovea.kernel.geometry;

/**
 * The geometry of a normalisation within images. Layer normalisation has a single group, whose
 * channels are all values of the image, and one pixel; over the channels of each pixel, its images
 * are the pixels.
 *
 * @param channels C, each with its own scale and shift
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

  public int elements() {
    return channels * pixels;
  }
}

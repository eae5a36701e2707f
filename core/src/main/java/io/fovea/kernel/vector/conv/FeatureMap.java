package io.fovea.kernel.vector.conv;

/**
 * The sizes of one image's maps, channels-last, and of the groups of a convolution.
 *
 * @param height rows
 * @param width columns
 * @param channels channels of all groups
 * @param groups groups
 */
public record FeatureMap(int height, int width, int channels, int groups) {
  /** Channels of one group. */
  public int groupChannels() {
    return channels / groups;
  }

  /** Floats of one row. */
  public int row() {
    return width * channels;
  }

  /** Floats of one image. */
  public int elements() {
    return height * row();
  }
}

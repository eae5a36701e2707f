package io.fovea.kernel.vector;

/**
 * The sizes of one image's maps, channels-last, as one group of a convolution sees them.
 *
 * @param height rows
 * @param width columns
 * @param channels channels of all groups
 * @param groups groups
 */
record FeatureMap(int height, int width, int channels, int groups) {
  /** Channels of one group. */
  int groupChannels() {
    return channels / groups;
  }

  /** Floats of one row. */
  int row() {
    return width * channels;
  }

  /** Floats of one image. */
  int elements() {
    return height * row();
  }
}

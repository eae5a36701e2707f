package io.fovea.kernel.vector.conv;

import io.fovea.kernel.geometry.Conv2dGeometry;

/**
 * The sizes of one image's maps, channels-last, and of the groups of a convolution.
 *
 * @param height rows
 * @param width columns
 * @param channels channels of all groups
 * @param groups groups
 */
public record FeatureMap(int height, int width, int channels, int groups) {
  /** The maps that a convolution reads. */
  public static FeatureMap input(Conv2dGeometry g) {
    return new FeatureMap(g.height(), g.width(), g.channels(), g.groups());
  }

  /** The maps that a convolution writes. */
  public static FeatureMap output(Conv2dGeometry g) {
    return new FeatureMap(g.outputHeight(), g.outputWidth(), g.filters(), g.groups());
  }

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

package io.fovea.preprocessing;

import io.fovea.dataset.Image;
import io.fovea.tensor.Shape;

/** What errors say of inputs that were given as (height, width, channels). */
public final class ChannelOrder {
  /** Images are rarely smaller. */
  private static final int LEAST_SIDE = 8;

  private ChannelOrder() {}

  /**
   * The order of sizes, to follow an error, where an input looks like (height, width, channels);
   * else empty. Such a shape is no error by itself: 64 channels of 28x1 are possible.
   */
  public static String hint(Shape input) {
    boolean isSwapped =
        input.rank() == 3
            && (input.size(2) == 1 || input.size(2) == 3)
            && Math.min(input.size(0), input.size(1)) >= LEAST_SIDE;
    return isSwapped
        ? "; shapes are channels, height, width: images of %1$dx%2$d are (%3$d, %1$d, %2$d), got (%1$d, %2$d, %3$d)"
            .formatted(input.size(0), input.size(1), input.size(2))
        : "";
  }

  /**
   * A picture with the channels of a network's input (C, H, W).
   *
   * @throws IllegalArgumentException if no picture has as many
   */
  static Image inChannels(Image picture, Shape input) {
    int channels = input.size(0);
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "network: expects inputs of %s, pictures have 1 (grey) or 3 (red, green, blue) channels; give its inputs as a tensor%s"
              .formatted(input, hint(input)));
    }
    return picture.withChannels(channels);
  }
}

package io.fovea.preprocessing;

import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;

/** Pictures of any size at the size of a model's input. */
public final class ImageFraming {
  private ImageFraming() {}

  /**
   * A picture at another size, in its own channels: see {@link Framing} and {@link Image#resized}.
   */
  public static Image of(Image picture, int height, int width, Framing framing) {
    boolean hasSize = picture.height() == height && picture.width() == width;
    return switch (framing) {
      case STRETCH -> picture.resized(height, width);
      case CROP -> crop(picture, height, width).resized(height, width);
      case DIGIT ->
          hasSize
              ? picture
              : DigitFraming.of(picture, height, width).image().withChannels(picture.channels());
    };
  }

  /** The largest rectangle about the centre that has the aspect ratio of height and width. */
  private static Image crop(Image picture, int height, int width) {
    long across = (long) picture.width() * height;
    long down = (long) picture.height() * width;
    if (across == down) {
      return picture;
    }
    int rows = across > down ? picture.height() : share(picture.width(), height, width);
    int columns = across > down ? share(picture.height(), width, height) : picture.width();
    return picture.cropped(
        (picture.height() - rows) / 2, (picture.width() - columns) / 2, rows, columns);
  }

  /** side * over / under, rounded, at least 1. */
  private static int share(int side, int over, int under) {
    return (int) Math.max(1, Math.round((double) side * over / under));
  }
}

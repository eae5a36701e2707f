package io.fovea.preprocessing;

import io.fovea.dataset.Framing;
import io.fovea.dataset.FullSize;
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
      case CROP -> crop(picture, height, width);
      case DIGIT ->
          hasSize
              ? picture
              : DigitFraming.of(picture, height, width).image().withChannels(picture.channels());
    };
  }

  private static Image crop(Image picture, int height, int width) {
    FullSize full = picture.fullSize();
    int rows = full.height();
    int columns = full.width();
    if ((long) columns * height > (long) rows * width) {
      columns = share(rows, width, height);
    } else if ((long) columns * height < (long) rows * width) {
      rows = share(columns, height, width);
    }
    int top = (full.height() - rows) / 2;
    return picture.resized(top, (full.width() - columns) / 2, rows, columns, height, width);
  }

  /** side * over / under, rounded, at least 1. */
  private static int share(int side, int over, int under) {
    return (int) Math.max(1, Math.round((double) side * over / under));
  }
}

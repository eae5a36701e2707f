package io.fovea.cli.report;

import io.fovea.data.png.Raster;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Image;
import java.util.Base64;
import java.util.List;

/** Makes the pictures of pages. They need no display and no fonts. */
final class PageImages {
  /** Colours that are distinct for people with any kind of colour vision. */
  static final int ORANGE = 0xD55E00;

  static final int BLUE = 0x0072B2;
  static final int WHITE = 0xFFFFFF;

  private static final int FRAME = 0x9AA4B0;

  /** The longest side of a picture on a page. */
  private static final int LARGEST = 160;

  private PageImages() {}

  /** The colour of a pixel, red in the highest of three bytes. */
  interface Colouring {
    int rgb(int y, int x);
  }

  static Raster drawn(int height, int width, Colouring colouring) {
    Raster picture = new Raster(height, width);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        picture.set(y, x, colouring.rgb(y, x));
      }
    }
    return picture;
  }

  /** A colour between two, each channel rounded. */
  static int mixed(int from, int to, double share) {
    int rgb = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int low = from >> shift & 0xff;
      int high = to >> shift & 0xff;
      rgb |= (int) Math.round(low + share * (high - low)) << shift;
    }
    return rgb;
  }

  /**
   * From white at 0 to orange at most and blue at -most, as in the studio. The square root makes
   * weak values visible.
   */
  static int diverging(double value, double most) {
    double share = most > 0 ? Math.sqrt(Math.abs(value) / most) : 0;
    return mixed(WHITE, value < 0 ? BLUE : ORANGE, share);
  }

  /** An image in its own colours, each pixel repeated in a square of this side. */
  static Raster enlarged(Image image, int times) {
    Image colour = image.withChannels(3);
    return drawn(
        image.height() * times,
        image.width() * times,
        (y, x) ->
            colour.get(0, y / times, x / times) << 16
                | colour.get(1, y / times, x / times) << 8
                | colour.get(2, y / times, x / times));
  }

  /** One image of a data set; large ones are scaled down. */
  static Raster image(Dataset images, int index) {
    Image image = images.image(index);
    int side = Math.max(image.width(), image.height());
    if (side > LARGEST) {
      image =
          image.resized(
              Math.max(1, image.height() * LARGEST / side),
              Math.max(1, image.width() * LARGEST / side));
    }
    return enlarged(image, 1);
  }

  /**
   * Pictures of one size in a grid, in reading order, each enlarged by repeating its pixels, with
   * gaps on a transparent background.
   *
   * @param tiles the pictures, at least one
   * @param columns the number of pictures in a row
   * @param side the approximate longest side of an enlarged one
   * @param gap pixels between two
   */
  static Raster grid(List<Raster> tiles, int columns, int side, int gap) {
    Raster first = tiles.getFirst();
    int times = Math.max(1, side / Math.max(first.width(), first.height()));
    int width = first.width() * times;
    int height = first.height() * times;
    int across = Math.min(columns, tiles.size());
    int rows = (tiles.size() + across - 1) / across;
    Raster grid = new Raster(rows * (height + gap) - gap + 2, across * (width + gap) - gap + 2);
    for (int t = 0; t < tiles.size(); t++) {
      int left = 1 + t % across * (width + gap);
      int top = 1 + t / across * (height + gap);
      grid.fill(top - 1, left - 1, height + 2, width + 2, FRAME);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          grid.set(top + y, left + x, tiles.get(t).argb(y / times, x / times));
        }
      }
    }
    return grid;
  }

  static String address(Raster picture) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(picture.png());
  }
}

package io.fovea.cli.report;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.Image;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Makes the pictures of pages. They need no display and no fonts. */
final class PageImages {
  /** Colours that are distinct for people with any kind of colour vision. */
  static final int ORANGE = 0xD55E00;

  static final int BLUE = 0x0072B2;
  static final int WHITE = 0xFFFFFF;

  private static final Color FRAME = new Color(0x9AA4B0);

  /** The longest side of a picture on a page. */
  private static final int LARGEST = 160;

  private PageImages() {}

  /** The colour of a pixel, red in the highest of three bytes. */
  interface Colouring {
    int rgb(int y, int x);
  }

  static BufferedImage drawn(int height, int width, Colouring colouring) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        picture.setRGB(x, y, colouring.rgb(y, x));
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
  static BufferedImage enlarged(Image image, int times) {
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
  static BufferedImage image(Dataset images, int index) {
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
  static BufferedImage grid(List<BufferedImage> tiles, int columns, int side, int gap) {
    BufferedImage first = tiles.getFirst();
    int times = Math.max(1, side / Math.max(first.getWidth(), first.getHeight()));
    int width = first.getWidth() * times;
    int height = first.getHeight() * times;
    int across = Math.min(columns, tiles.size());
    int rows = (tiles.size() + across - 1) / across;
    BufferedImage grid =
        new BufferedImage(
            across * (width + gap) - gap + 2,
            rows * (height + gap) - gap + 2,
            BufferedImage.TYPE_INT_ARGB);
    Graphics2D pen = grid.createGraphics(); // repeats pixels by default
    pen.setColor(FRAME);
    for (int t = 0; t < tiles.size(); t++) {
      int x = 1 + t % across * (width + gap);
      int y = 1 + t / across * (height + gap);
      pen.drawRect(x - 1, y - 1, width + 1, height + 1);
      pen.drawImage(tiles.get(t), x, y, width, height, null);
    }
    pen.dispose();
    return grid;
  }

  static byte[] png(BufferedImage picture) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(picture, "png", out)) {
        throw new IllegalStateException("picture: this Java has no PNG encoder");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("picture: cannot be encoded: " + e.getMessage(), e);
    }
    return bytes.toByteArray();
  }

  static String address(BufferedImage picture) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png(picture));
  }
}

package io.fovea.cli.report;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.Image;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pictures of filters and images. They need no display and no fonts. */
public final class Pictures {
  private static final int FILTER_SIDE = 80;
  private static final int GAP = 8;

  /** The longest side of a picture on a page. */
  private static final int LARGEST = 160;

  private Pictures() {}

  /**
   * The filters of a network's first convolution in a grid, in reading order, on a transparent
   * background; empty if the first layer with parameters is not a convolution. Every weight is a
   * square; orange is positive, blue negative, white zero; each filter has its own scale. Filters
   * of colour pictures are in colour, with mid-grey for zero.
   */
  public static Optional<BufferedImage> filters(Network network) {
    return Filters.of(network).map(Pictures::grid);
  }

  static BufferedImage grid(Filters filters) {
    List<BufferedImage> tiles =
        IntStream.range(0, filters.count()).mapToObj(filters::picture).toList();
    return new Sheet(tiles, filters.count() <= 64 ? 8 : 16, FILTER_SIDE, GAP).picture();
  }

  /** One image of a data set; large ones are scaled down. */
  static BufferedImage image(Dataset images, int index) {
    Shape shape = images.shape();
    float[] values = new float[shape.elements()];
    images.pixels(index, values, 0);
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.clamp(Math.round(values[i]), 0, 255);
    }
    Image image = Image.of(shape.size(0), shape.size(1), shape.size(2), bytes);
    int side = Math.max(image.width(), image.height());
    if (side > LARGEST) {
      image =
          image.resized(
              Math.max(1, image.height() * LARGEST / side),
              Math.max(1, image.width() * LARGEST / side));
    }
    return picture(image.withChannels(3));
  }

  private static BufferedImage picture(Image colour) {
    BufferedImage picture =
        new BufferedImage(colour.width(), colour.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < colour.height(); y++) {
      for (int x = 0; x < colour.width(); x++) {
        int rgb = colour.get(0, y, x) << 16 | colour.get(1, y, x) << 8 | colour.get(2, y, x);
        picture.setRGB(x, y, rgb);
      }
    }
    return picture;
  }

  /** The bytes of a PNG file. */
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

  /** A picture as a data URL. */
  static String address(BufferedImage picture) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png(picture));
  }
}

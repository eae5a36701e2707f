package io.fovea.data.png;

import java.util.Arrays;

/** A picture to draw on: alpha, red, green and blue of a pixel in the bytes of an int. */
public final class Raster {
  private static final int OPAQUE = 0xff000000;

  private final int height;
  private final int width;
  private final int[] argb;

  /** A transparent picture. */
  public Raster(int height, int width) {
    this.height = height;
    this.width = width;
    this.argb = new int[height * width];
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  /** The alpha, red, green and blue of a pixel. */
  public int argb(int y, int x) {
    return argb[y * width + x];
  }

  /** Makes a pixel opaque, in the colour of the lower three bytes. */
  public void set(int y, int x, int rgb) {
    argb[y * width + x] = OPAQUE | rgb;
  }

  /** Fills a rectangle with one colour. */
  public void fill(int top, int left, int rows, int columns, int rgb) {
    for (int y = top; y < top + rows; y++) {
      int from = y * width + left;
      Arrays.fill(argb, from, from + columns, OPAQUE | rgb);
    }
  }

  /** As a PNG file, with an alpha channel if a pixel is transparent. */
  public byte[] png() {
    int channels = Arrays.stream(argb).allMatch(pixel -> pixel >>> 24 == 0xff) ? 3 : 4;
    byte[] pixels = new byte[argb.length * channels];
    for (int i = 0; i < argb.length; i++) {
      pixels[i * channels] = (byte) (argb[i] >> 16);
      pixels[i * channels + 1] = (byte) (argb[i] >> 8);
      pixels[i * channels + 2] = (byte) argb[i];
      if (channels == 4) {
        pixels[i * channels + 3] = (byte) (argb[i] >> 24);
      }
    }
    return PngEncoder.bytes(channels, height, width, pixels);
  }
}

package io.fovea.dataset;

import io.fovea.tensor.Shape;

/**
 * One decoded picture: 8-bit pixels, channels-last, grey (1 channel) or red, green, blue (3
 * channels). Core cannot decode files; {@code fovea-data} does. Immutable.
 */
public final class Image {
  private static final int MOST_NUMBERS = Integer.MAX_VALUE - 8;

  private final int channels;
  private final int height;
  private final int width;
  private final byte[] pixels;
  private final FullSize full;

  private Image(int channels, int height, int width, byte[] pixels) {
    this(channels, height, width, pixels, new FullSize(1, 0, 0, height, width));
  }

  private Image(int channels, int height, int width, byte[] pixels, FullSize full) {
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.pixels = pixels;
    this.full = full;
  }

  /**
   * A picture of the given unsigned bytes; element (c, y, x) at (y*width + x)*channels + c.
   *
   * @throws IllegalArgumentException if channels is not 1 or 3, a size is below 1, or the bytes do
   *     not fit the sizes
   */
  public static Image of(int channels, int height, int width, byte[] pixels) {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "image: channels must be 1 (grey) or 3 (red, green, blue), got " + channels);
    }
    int expected = Shape.of(channels, height, width).elements();
    if (pixels.length != expected) {
      throw new IllegalArgumentException(
          "image: %dx%dx%d needs %d bytes, got %d"
              .formatted(channels, height, width, expected, pixels.length));
    }
    return new Image(channels, height, width, pixels.clone());
  }

  /**
   * A picture of shape (C, H, W) whose pixels, from 0 to 255 and channels-last, begin at an offset;
   * they are rounded.
   */
  public static Image of(Shape shape, float[] pixels, int offset) {
    byte[] bytes = new byte[shape.elements()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.clamp(Math.round(pixels[offset + i]), 0, 255);
    }
    return of(shape.size(0), shape.size(1), shape.size(2), bytes);
  }

  /**
   * These pixels as those of a larger picture that was decoded at a fraction of its size. {@link
   * #resized} then counts in its full size; all other methods count in these pixels.
   *
   * @throws IllegalArgumentException if that size has another number of pixels at its scale
   */
  public Image reducedFrom(FullSize size) {
    size.requireFitting(height, width);
    return new Image(channels, height, width, pixels, size);
  }

  /** The size before the picture was decoded at a fraction of it; its own if it was not. */
  public FullSize fullSize() {
    return full;
  }

  /** 1 for grey, 3 for red, green, blue. */
  public int channels() {
    return channels;
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /** The pixel of channel c in row y, column x, 0 to 255. */
  public int get(int c, int y, int x) {
    return pixels[(y * width + x) * channels + c] & 0xff;
  }

  /** The bytes, channels-last, as a copy. */
  public byte[] pixels() {
    return pixels.clone();
  }

  /**
   * This picture in grey (luma 0.299 R + 0.587 G + 0.114 B, Recommendation ITU-R BT.601) or in
   * colour (the grey repeated).
   */
  public Image withChannels(int wanted) {
    if (wanted == channels) {
      return this;
    }
    byte[] converted = new byte[Math.multiplyExact(height * width, wanted)];
    for (int i = 0; i < height * width; i++) {
      if (wanted == 1) {
        int r = pixels[3 * i] & 0xff;
        int g = pixels[3 * i + 1] & 0xff;
        int b = pixels[3 * i + 2] & 0xff;
        converted[i] = (byte) ((299 * r + 587 * g + 114 * b + 500) / 1000);
      } else {
        for (int c = 0; c < wanted; c++) {
          converted[wanted * i + c] = pixels[i];
        }
      }
    }
    return new Image(wanted, height, width, converted, full);
  }

  /** This picture with inverted brightness. */
  public Image inverted() {
    byte[] result = new byte[pixels.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (byte) (255 - (pixels[i] & 0xff));
    }
    return new Image(channels, height, width, result, full);
  }

  /** The mean of the pixels on the four edges, 0 to 255: an estimate of the background. */
  public double edgeMean() {
    long sum = 0;
    long count = 0;
    for (int y = 0; y < height; y++) {
      int step = y == 0 || y == height - 1 ? 1 : Math.max(1, width - 1);
      for (int x = 0; x < width; x += step) {
        for (int c = 0; c < channels; c++) {
          sum += get(c, y, x);
          count++;
        }
      }
    }
    return (double) sum / count;
  }

  /**
   * This picture at another size. Each output pixel is the mean of the input over a triangle that
   * is one output pixel wide on each side when shrinking (so nothing is skipped), and linear
   * interpolation when enlarging; the aspect ratio is not kept. Rows and columns are resampled one
   * after the other in double, rounded once at the end. Takes 8 bytes for each number of the result
   * and some MB, whatever the size of this picture.
   *
   * @throws IllegalArgumentException if a side is below 1, or the result is too large
   */
  public Image resized(int newHeight, int newWidth) {
    return resized(0, 0, full.height(), full.width(), newHeight, newWidth);
  }

  /**
   * A rectangle of this picture in its full size, resized; see {@link #fullSize}. Equals {@link
   * #cropped} and resized where the picture has its full size.
   *
   * @throws IllegalArgumentException if the rectangle is empty or reaches beyond the picture, a
   *     side is below 1, or the result is too large
   */
  public Image resized(int top, int left, int rows, int columns, int newHeight, int newWidth) {
    requireInside(full.height(), full.width(), top, left, rows, columns);
    if (full.scale() == 1 && newHeight == rows && newWidth == columns) {
      return rows == height && columns == width ? this : cropped(top, left, rows, columns);
    }
    if (newHeight < 1 || newWidth < 1 || (long) newHeight * newWidth * channels > MOST_NUMBERS) {
      throw new IllegalArgumentException(
          "image: resized expects a height and a width from 1 on, of %,d numbers at most together, got %d x %d; choose another size"
              .formatted(MOST_NUMBERS, newHeight, newWidth));
    }
    double[] done =
        Resampling.resampled(
            pixels, width, channels, full, top, left, rows, columns, newHeight, newWidth);
    byte[] result = new byte[done.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (byte) Math.clamp(Math.round(done[i]), 0, 255);
    }
    return new Image(channels, newHeight, newWidth, result);
  }

  /**
   * A rectangle of this picture.
   *
   * @throws IllegalArgumentException if it is empty or reaches beyond the picture
   */
  public Image cropped(int top, int left, int newHeight, int newWidth) {
    requireInside(height, width, top, left, newHeight, newWidth);
    byte[] result = new byte[newHeight * newWidth * channels];
    int row = newWidth * channels;
    for (int y = 0; y < newHeight; y++) {
      System.arraycopy(pixels, ((top + y) * width + left) * channels, result, y * row, row);
    }
    return new Image(channels, newHeight, newWidth, result);
  }

  private static void requireInside(int h, int w, int top, int left, int rows, int columns) {
    boolean inside =
        top >= 0
            && left >= 0
            && rows >= 1
            && columns >= 1
            && rows <= h - top
            && columns <= w - left;
    if (!inside) {
      throw new IllegalArgumentException(
          "image: cropped expects a rectangle within %dx%d, got %dx%d from row %d, column %d"
              .formatted(w, h, columns, rows, top, left));
    }
  }
}

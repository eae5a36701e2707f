package io.fovea.dataset;

/**
 * Resampling with a triangle filter, widened when shrinking so that no pixel is skipped; columns
 * and rows one after the other, in double.
 *
 * <p>Rows of the picture are read in blocks and added to the rows of the result, so that beside the
 * result a few MB are enough for a picture of any size. Where a picture becomes wider but less
 * high, rows are resampled first: otherwise a picture one pixel wide would grow to many times its
 * size before it shrinks.
 */
final class Resampling {
  /** About how many numbers a block has: 8 MB. */
  private static final int BAND = 1 << 20;

  /** About how many weights of columns are kept at a time: 1 MB. */
  private static final int WEIGHTS = 1 << 17;

  private Resampling() {}

  /** A source of rows of a picture, some at a time and in order. */
  private interface Rows {
    /** Writes rows from..from + count - 1 to the beginning of {@code band}. */
    void read(double[] band, int from, int count);
  }

  /**
   * One side of the rectangle that is resampled, and its new length. Pixel k lies at [k, k + 1).
   *
   * @param base the first pixel that the rectangle touches
   * @param shift where the rectangle begins in that pixel, from 0 to below 1
   * @param length its length in pixels
   * @param pixels how many pixels it touches; those outside have no weight
   * @param to the new number of pixels
   */
  private record Side(int base, double shift, double length, int pixels, int to) {
    static Side of(double start, double length, int to) {
      int base = (int) start;
      return new Side(base, start - base, length, (int) Math.ceil(start + length) - base, to);
    }

    private double centre(int position) {
      return (position + 0.5) * length / to - 0.5 + shift;
    }

    private double radius() {
      return Math.max(1.0, length / to);
    }

    /** The first pixel, from {@code base} on, that a pixel of the result is made of. */
    int first(int position) {
      return Math.max(0, (int) Math.ceil(centre(position) - radius()));
    }

    /** The share of a pixel that lies within the rectangle. */
    private double inside(int pixel) {
      return Math.min(pixel + 1, shift + length) - Math.max(pixel, shift);
    }

    /** The weights of the pixels from there on; their sum is 1. */
    double[] weights(int position) {
      double centre = centre(position);
      double radius = radius();
      int first = first(position);
      int last = Math.min(pixels - 1, (int) Math.floor(centre + radius));
      double[] weights = new double[last - first + 1];
      double sum = 0;
      for (int k = 0; k < weights.length; k++) {
        double triangle = Math.max(0, 1 - Math.abs(first + k - centre) / radius);
        weights[k] = triangle * inside(first + k);
        sum += weights[k];
      }
      for (int k = 0; k < weights.length; k++) {
        weights[k] /= sum;
      }
      return weights;
    }
  }

  /**
   * The (newHeight, newWidth, c) pixels of a rectangle of a picture of c channels.
   *
   * @param w the picture's width
   */
  static double[] resampled(
      byte[] source, int w, int c, FullSize.Rectangle part, int newHeight, int newWidth) {
    Side down = Side.of(part.top(), part.height(), newHeight);
    Side across = Side.of(part.left(), part.width(), newWidth);
    int begin = (down.base * w + across.base) * c;
    if (across.pixels < newWidth && down.pixels > newHeight) {
      int row = across.pixels * c;
      Rows plain =
          (band, from, count) -> {
            for (int i = 0; i < count * row; i++) {
              band[i] = source[begin + (from + i / row) * w * c + i % row] & 0xff;
            }
          };
      return columns(rows(plain, down, row), newHeight, across, c);
    }
    Rows narrow =
        (band, from, count) -> columns(band, source, begin + from * w * c, w * c, count, across, c);
    return rows(narrow, down, newWidth * c);
  }

  /** Resamples the columns of rows that begin at {@code begin}, {@code stride} apart. */
  private static void columns(
      double[] band, byte[] source, int begin, int stride, int count, Side across, int c) {
    int some = (int) Math.clamp(WEIGHTS / (2 * across.radius() + 1), 1, across.to);
    double[][] weights = new double[some][];
    int[] first = new int[some];
    for (int x = 0; x < across.to; x += some) {
      int columns = Math.min(some, across.to - x);
      for (int i = 0; i < columns; i++) {
        weights[i] = across.weights(x + i);
        first[i] = begin + across.first(x + i) * c;
      }
      for (int y = 0; y < count; y++) {
        for (int i = 0; i < columns; i++) {
          int at = (y * across.to + x + i) * c;
          if (c == 3) {
            mean(weights[i], source, first[i] + y * stride, band, at);
          } else {
            band[at] = mean(weights[i], source, first[i] + y * stride);
          }
        }
      }
    }
  }

  /** The weighted mean of neighbouring pixels in grey. */
  private static double mean(double[] weights, byte[] source, int from) {
    double sum = 0;
    for (int k = 0; k < weights.length; k++) {
      sum += weights[k] * (source[from + k] & 0xff);
    }
    return sum;
  }

  /** The same in red, green and blue; a loop over channels takes twice as long. */
  private static void mean(double[] weights, byte[] source, int from, double[] to, int at) {
    double red = 0;
    double green = 0;
    double blue = 0;
    for (int k = 0; k < weights.length; k++) {
      double weight = weights[k];
      red += weight * (source[from + 3 * k] & 0xff);
      green += weight * (source[from + 3 * k + 1] & 0xff);
      blue += weight * (source[from + 3 * k + 2] & 0xff);
    }
    to[at] = red;
    to[at + 1] = green;
    to[at + 2] = blue;
  }

  private static double[] columns(double[] source, int h, Side across, int c) {
    double[] result = new double[h * across.to * c];
    for (int x = 0; x < across.to; x++) {
      double[] weights = across.weights(x);
      int first = across.first(x);
      for (int y = 0; y < h; y++) {
        for (int channel = 0; channel < c; channel++) {
          double sum = 0;
          for (int k = 0; k < weights.length; k++) {
            sum += weights[k] * source[(y * across.pixels + first + k) * c + channel];
          }
          result[(y * across.to + x) * c + channel] = sum;
        }
      }
    }
    return result;
  }

  /**
   * Resamples rows: each row of the source is added to the rows of the result whose windows contain
   * it.
   */
  private static double[] rows(Rows source, Side down, int row) {
    int h = down.pixels;
    double[] result = new double[down.to * row];
    double[][] weights = new double[down.to][];
    int[] first = new int[down.to];
    int bandRows = Math.min(h, Math.max(1, BAND / row));
    double[] band = new double[bandRows * row];
    int done = 0;
    int begun = 0;
    for (int y = 0; y < h; y++) {
      if (y % bandRows == 0) {
        source.read(band, y, Math.min(bandRows, h - y));
      }
      for (; begun < down.to && down.first(begun) <= y; begun++) {
        first[begun] = down.first(begun);
        weights[begun] = down.weights(begun);
      }
      for (int to = done; to < begun; to++) {
        int k = y - first[to];
        if (k < weights[to].length) {
          add(result, to * row, band, y % bandRows * row, row, weights[to][k]);
        }
      }
      for (; done < begun && y + 1 >= first[done] + weights[done].length; done++) {
        weights[done] = new double[0]; // frees memory: those of a tall picture are long
      }
    }
    return result;
  }

  private static void add(double[] to, int at, double[] from, int start, int count, double weight) {
    for (int i = 0; i < count; i++) {
      to[at + i] += weight * from[start + i];
    }
  }
}

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

  private Resampling() {}

  /** A source of rows of a picture, some at a time and in order. */
  private interface Rows {
    /** Writes rows from..from + count - 1 to the beginning of {@code band}. */
    void read(double[] band, int from, int count);
  }

  /** An (h, w, c) picture resampled to (newHeight, newWidth, c). */
  static double[] resampled(byte[] source, int h, int w, int c, int newHeight, int newWidth) {
    if (w < newWidth && h > newHeight) {
      int row = w * c;
      Rows plain =
          (band, from, count) -> {
            for (int i = 0; i < count * row; i++) {
              band[i] = source[from * row + i] & 0xff;
            }
          };
      return columns(rows(plain, h, row, newHeight), newHeight, w, c, newWidth);
    }
    Rows narrow = (band, from, count) -> columns(band, source, from, count, w, c, newWidth);
    return rows(narrow, h, newWidth * c, newHeight);
  }

  /** Resamples the columns of rows from..from + count - 1 of a picture. */
  private static void columns(
      double[] band, byte[] source, int from, int count, int w, int c, int newWidth) {
    for (int x = 0; x < newWidth; x++) {
      double[] weights = weights(w, newWidth, x);
      int first = first(w, newWidth, x);
      for (int y = 0; y < count; y++) {
        for (int channel = 0; channel < c; channel++) {
          double sum = 0;
          for (int k = 0; k < weights.length; k++) {
            sum += weights[k] * (source[((from + y) * w + first + k) * c + channel] & 0xff);
          }
          band[(y * newWidth + x) * c + channel] = sum;
        }
      }
    }
  }

  private static double[] columns(double[] source, int h, int w, int c, int newWidth) {
    double[] result = new double[h * newWidth * c];
    for (int x = 0; x < newWidth; x++) {
      double[] weights = weights(w, newWidth, x);
      int first = first(w, newWidth, x);
      for (int y = 0; y < h; y++) {
        for (int channel = 0; channel < c; channel++) {
          double sum = 0;
          for (int k = 0; k < weights.length; k++) {
            sum += weights[k] * source[(y * w + first + k) * c + channel];
          }
          result[(y * newWidth + x) * c + channel] = sum;
        }
      }
    }
    return result;
  }

  /**
   * Resamples rows: each row of the source is added to the rows of the result whose windows contain
   * it.
   */
  private static double[] rows(Rows source, int h, int row, int newHeight) {
    double[] result = new double[newHeight * row];
    double[][] weights = new double[newHeight][];
    int[] first = new int[newHeight];
    int bandRows = Math.min(h, Math.max(1, BAND / row));
    double[] band = new double[bandRows * row];
    int done = 0;
    int begun = 0;
    for (int y = 0; y < h; y++) {
      if (y % bandRows == 0) {
        source.read(band, y, Math.min(bandRows, h - y));
      }
      for (; begun < newHeight && first(h, newHeight, begun) <= y; begun++) {
        first[begun] = first(h, newHeight, begun);
        weights[begun] = weights(h, newHeight, begun);
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

  private static double radius(int from, int to) {
    return Math.max(1.0, (double) from / to);
  }

  private static double centre(int from, int to, int position) {
    return (position + 0.5) * from / to - 0.5;
  }

  private static int first(int from, int to, int position) {
    return Math.max(0, (int) Math.ceil(centre(from, to, position) - radius(from, to)));
  }

  private static double[] weights(int from, int to, int position) {
    double centre = centre(from, to, position);
    double radius = radius(from, to);
    int first = first(from, to, position);
    int last = Math.min(from - 1, (int) Math.floor(centre + radius));
    double[] weights = new double[last - first + 1];
    double sum = 0;
    for (int k = 0; k < weights.length; k++) {
      weights[k] = Math.max(0, 1 - Math.abs(first + k - centre) / radius);
      sum += weights[k];
    }
    for (int k = 0; k < weights.length; k++) {
      weights[k] /= sum;
    }
    return weights;
  }
}

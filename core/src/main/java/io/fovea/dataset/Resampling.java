package io.fovea.dataset;

/**
 * One-dimensional resampling with a triangle filter, widened when shrinking so that no pixel is
 * skipped.
 */
final class Resampling {
  private Resampling() {}

  /**
   * The columns of an (h, w, c) picture resampled to {@code newWidth}. Reads the bytes themselves:
   * a large picture in double would take eight times its memory.
   */
  static double[] columns(byte[] source, int h, int w, int c, int newWidth) {
    double[] result = new double[h * newWidth * c];
    for (int x = 0; x < newWidth; x++) {
      double[] weights = weights(w, newWidth, x);
      int first = first(w, newWidth, x);
      for (int y = 0; y < h; y++) {
        for (int channel = 0; channel < c; channel++) {
          double sum = 0;
          for (int k = 0; k < weights.length; k++) {
            sum += weights[k] * (source[(y * w + first + k) * c + channel] & 0xff);
          }
          result[(y * newWidth + x) * c + channel] = sum;
        }
      }
    }
    return result;
  }

  /** The rows of an (h, w, c) picture resampled to {@code newHeight}. */
  static double[] rows(double[] source, int h, int w, int c, int newHeight) {
    double[] result = new double[newHeight * w * c];
    int row = w * c;
    for (int y = 0; y < newHeight; y++) {
      double[] weights = weights(h, newHeight, y);
      int first = first(h, newHeight, y);
      for (int i = 0; i < row; i++) {
        double sum = 0;
        for (int k = 0; k < weights.length; k++) {
          sum += weights[k] * source[(first + k) * row + i];
        }
        result[y * row + i] = sum;
      }
    }
    return result;
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

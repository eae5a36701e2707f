package io.fovea.preprocessing;

import io.fovea.dataset.Image;

/**
 * The contrast of each pixel of a grey picture to its background, 0 to 1 of the full range.
 *
 * <pre>
 * background  b = q + m    q: the quadratic surface 1, x, y, x^2, xy, y^2 fitted to the pixels by
 *                             iterated reweighting with w = 1 / (1 + (r/s)^2)^2, so that ink counts little
 *                          m: the median of p - q in a window of two fifths of the longer side
 * dark ink    c = (b - p) / b        the share of light that the ink takes, whatever the shade
 * light ink   c = (p - b) / 255
 * </pre>
 *
 * The surface models lamps and vignettes, the median the edges of shadows. Both assume that most
 * pixels of a window are background.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record InkContrast(int width, int[] pixels, double[] background) {
  /** The longer side of the reduced picture in which medians are computed. */
  private static final int COARSE = 48;

  private static final int TERMS = 6;
  private static final int ROUNDS = 8;

  /** Estimates the background of a grey picture. */
  static InkContrast of(Image picture) {
    int height = picture.height();
    int width = picture.width();
    int[] pixels = new int[height * width];
    for (int k = 0; k < pixels.length; k++) {
      pixels[k] = picture.get(0, k / width, k % width);
    }
    double[] background = surface(pixels, height, width);
    addMedians(background, pixels, height, width);
    return new InkContrast(width, pixels, background);
  }

  /** The contrast of dark ink, or of light ink, smoothed by [1 2 1]/4 in both directions. */
  float[] contrast(boolean dark) {
    float[] contrast = new float[pixels.length];
    for (int k = 0; k < contrast.length; k++) {
      double b = Math.clamp(background[k], 1, 255);
      contrast[k] = (float) (dark ? (b - pixels[k]) / Math.max(b, 32) : (pixels[k] - b) / 255);
    }
    return smoothed(contrast);
  }

  private float[] smoothed(float[] values) {
    float[] across = new float[values.length];
    float[] result = new float[values.length];
    for (int k = 0; k < values.length; k++) {
      int x = k % width;
      float left = values[x > 0 ? k - 1 : k];
      across[k] = (left + 2 * values[k] + values[x < width - 1 ? k + 1 : k]) / 4;
    }
    for (int k = 0; k < values.length; k++) {
      float up = across[k >= width ? k - width : k];
      float down = across[k < values.length - width ? k + width : k];
      result[k] = (up + 2 * across[k] + down) / 4;
    }
    return result;
  }

  private static double[] surface(int[] pixels, int height, int width) {
    int step = Math.max(1, Math.max(height, width) / 96);
    int rows = (height + step - 1) / step;
    int columns = (width + step - 1) / step;
    double[] residuals = new double[rows * columns];
    double[] q = new double[TERMS];
    // In the first round all pixels count alike.
    double scale = Double.POSITIVE_INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
      double[][] equations = new double[TERMS][TERMS + 1];
      for (int i = 0; i < residuals.length; i++) {
        int y = i / columns * step;
        int x = i % columns * step;
        double[] terms = terms(y, x, height, width);
        double ratio = residuals[i] / scale;
        double weight = 1 / ((1 + ratio * ratio) * (1 + ratio * ratio));
        addEquation(equations, terms, pixels[y * width + x], weight);
      }
      q = solved(equations);
      double[] sizes = new double[residuals.length];
      for (int i = 0; i < residuals.length; i++) {
        int y = i / columns * step;
        int x = i % columns * step;
        residuals[i] = pixels[y * width + x] - value(q, y, x, height, width);
        sizes[i] = Math.abs(residuals[i]);
      }
      // Never below 2 of 255: in an even picture rounding would count as ink.
      scale = Math.max(2, 2 * Selection.median(sizes, sizes.length));
    }
    double[] surface = new double[pixels.length];
    for (int k = 0; k < surface.length; k++) {
      surface[k] = value(q, k / width, k % width, height, width);
    }
    return surface;
  }

  private static double[] terms(int y, int x, int height, int width) {
    // From -1 to 1, which keeps the equations well conditioned.
    double v = 2.0 * y / height - 1;
    double u = 2.0 * x / width - 1;
    return new double[] {1, u, v, u * u, u * v, v * v};
  }

  /** The sum of the terms times q, without an array for each pixel. */
  private static double value(double[] q, int y, int x, int height, int width) {
    double v = 2.0 * y / height - 1;
    double u = 2.0 * x / width - 1;
    return q[0] + q[1] * u + q[2] * v + q[3] * (u * u) + q[4] * (u * v) + q[5] * (v * v);
  }

  private static void addEquation(double[][] equations, double[] terms, double value, double w) {
    for (int i = 0; i < TERMS; i++) {
      for (int j = 0; j < TERMS; j++) {
        equations[i][j] += w * terms[i] * terms[j];
      }
      equations[i][TERMS] += w * terms[i] * value;
    }
  }

  /**
   * Solves by Gauss-Jordan elimination; a small number on the diagonal keeps pictures of few pixels
   * solvable.
   */
  private static double[] solved(double[][] equations) {
    for (int i = 0; i < TERMS; i++) {
      equations[i][i] += 1e-6;
    }
    for (int i = 0; i < TERMS; i++) {
      for (int other = 0; other < TERMS; other++) {
        double factor = other == i ? 0 : equations[other][i] / equations[i][i];
        for (int j = i; factor != 0 && j <= TERMS; j++) {
          equations[other][j] -= factor * equations[i][j];
        }
      }
    }
    double[] q = new double[TERMS];
    for (int i = 0; i < TERMS; i++) {
      q[i] = equations[i][TERMS] / equations[i][i];
    }
    return q;
  }

  /**
   * Adds the medians of the residuals of the surface, computed on a coarse grid and interpolated.
   */
  private static void addMedians(double[] surface, int[] pixels, int height, int width) {
    double scale = Math.max(1, Math.max(height, width) / (double) COARSE);
    int rows = Math.max(1, (int) (height / scale));
    int columns = Math.max(1, (int) (width / scale));
    double[] rest = new double[rows * columns];
    for (int i = 0; i < rest.length; i++) {
      int y = fine(i / columns, rows, height);
      int x = fine(i % columns, columns, width);
      rest[i] = pixels[y * width + x] - surface[y * width + x];
    }
    double[] medians = medians(rest, rows, columns, Math.max(1, Math.max(rows, columns) / 5));
    for (int k = 0; k < surface.length; k++) {
      double y = coarse(k / width, rows, height);
      double x = coarse(k % width, columns, width);
      int top = (int) y;
      int left = (int) x;
      int bottom = Math.min(top + 1, rows - 1);
      int right = Math.min(left + 1, columns - 1);
      double upper = mix(medians[top * columns + left], medians[top * columns + right], x - left);
      double lower =
          mix(medians[bottom * columns + left], medians[bottom * columns + right], x - left);
      surface[k] += mix(upper, lower, y - top);
    }
  }

  /** The position of a pixel's centre on the coarse grid. */
  private static double coarse(int pixel, int few, int all) {
    return Math.clamp((pixel + 0.5) * few / all - 0.5, 0, few - 1);
  }

  /** The pixel at the centre of a cell of the coarse grid. */
  private static int fine(int pixel, int few, int all) {
    return (int) ((pixel + 0.5) * all / few);
  }

  private static double mix(double a, double b, double share) {
    return a + share * (b - a);
  }

  /** Moves a window's centre so that the window lies inside the picture, if possible. */
  private static int inward(int centre, int radius, int count) {
    return Math.max(Math.min(radius, count / 2), Math.min(centre, count - 1 - radius));
  }

  private static double[] medians(double[] values, int rows, int columns, int radius) {
    double[] medians = new double[values.length];
    double[] window = new double[(2 * radius + 1) * (2 * radius + 1)];
    for (int k = 0; k < values.length; k++) {
      int count = 0;
      int y0 = inward(k / columns, radius, rows);
      int x0 = inward(k % columns, radius, columns);
      for (int y = Math.max(0, y0 - radius); y <= Math.min(rows - 1, y0 + radius); y++) {
        for (int x = Math.max(0, x0 - radius); x <= Math.min(columns - 1, x0 + radius); x++) {
          window[count++] = values[y * columns + x];
        }
      }
      medians[k] = Selection.median(window, count);
    }
    return medians;
  }
}

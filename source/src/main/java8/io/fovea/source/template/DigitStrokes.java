package io.fovea.source.template;

import static io.fovea.source.template.DigitSearch.DigitFraming.*;

import io.fovea.source.template.DigitSearch.DigitFraming;
import io.fovea.source.template.Pictures.Picture;

/** Framing of digits, continued: contrast to the background, width of strokes. */
class DigitStrokes {
  /** More of {@link DigitFraming}; its end is that of the written class. */
  @SuppressWarnings("NarrowCalculation") // i / columns is the row of pixel i
  static class Strokes {
    // ## digit

    // Contrast: a quadratic surface fitted to the background, and medians of what it leaves.

    protected static float[] contrast(int[] pixels, double[] background, int width, boolean dark) {
      float[] values = new float[pixels.length];
      for (int k = 0; k < values.length; k++) {
        double b = clamp(background[k], 1, 255);
        values[k] = (float) (dark ? (b - pixels[k]) / Math.max(b, 32) : (pixels[k] - b) / 255);
      }
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

    protected static double[] surface(int[] pixels, int height, int width) {
      int step = Math.max(1, Math.max(height, width) / 96);
      int rows = (height + step - 1) / step;
      int columns = (width + step - 1) / step;
      double[] residuals = new double[rows * columns];
      double[] q = new double[6];
      double scale = Double.POSITIVE_INFINITY;
      for (int round = 0; round < 8; round++) {
        double[][] equations = new double[6][7];
        for (int i = 0; i < residuals.length; i++) {
          int y = i / columns * step;
          int x = i % columns * step;
          double ratio = residuals[i] / scale;
          double weight = 1 / ((1 + ratio * ratio) * (1 + ratio * ratio));
          addEquation(equations, y, x, height, width, pixels[y * width + x], weight);
        }
        q = solved(equations);
        double[] sizes = new double[residuals.length];
        for (int i = 0; i < residuals.length; i++) {
          int y = i / columns * step;
          int x = i % columns * step;
          residuals[i] = pixels[y * width + x] - value(q, y, x, height, width);
          sizes[i] = Math.abs(residuals[i]);
        }
        scale = Math.max(2, 2 * median(sizes, sizes.length));
      }
      double[] surface = new double[pixels.length];
      for (int k = 0; k < surface.length; k++) {
        surface[k] = value(q, k / width, k % width, height, width);
      }
      return surface;
    }

    private static double value(double[] q, int y, int x, int height, int width) {
      double v = 2.0 * y / height - 1;
      double u = 2.0 * x / width - 1;
      return q[0] + q[1] * u + q[2] * v + q[3] * (u * u) + q[4] * (u * v) + q[5] * (v * v);
    }

    private static void addEquation(
        double[][] equations, int y, int x, int height, int width, double value, double w) {
      double v = 2.0 * y / height - 1;
      double u = 2.0 * x / width - 1;
      double[] terms = {1, u, v, u * u, u * v, v * v};
      for (int i = 0; i < 6; i++) {
        for (int j = 0; j < 6; j++) {
          equations[i][j] += w * terms[i] * terms[j];
        }
        equations[i][6] += w * terms[i] * value;
      }
    }

    private static double[] solved(double[][] equations) {
      for (int i = 0; i < 6; i++) {
        equations[i][i] += 1e-6;
      }
      for (int i = 0; i < 6; i++) {
        for (int other = 0; other < 6; other++) {
          double factor = other == i ? 0 : equations[other][i] / equations[i][i];
          for (int j = i; factor != 0 && j <= 6; j++) {
            equations[other][j] -= factor * equations[i][j];
          }
        }
      }
      double[] q = new double[6];
      for (int i = 0; i < 6; i++) {
        q[i] = equations[i][6] / equations[i][i];
      }
      return q;
    }

    protected static void addMedians(double[] surface, int[] pixels, int height, int width) {
      double scale = Math.max(1, Math.max(height, width) / 48.0);
      int rows = Math.max(1, (int) (height / scale));
      int columns = Math.max(1, (int) (width / scale));
      double[] rest = new double[rows * columns];
      for (int i = 0; i < rest.length; i++) {
        int y = (int) ((i / columns + 0.5) * height / rows);
        int x = (int) ((i % columns + 0.5) * width / columns);
        rest[i] = pixels[y * width + x] - surface[y * width + x];
      }
      double[] medians = medians(rest, rows, columns, Math.max(1, Math.max(rows, columns) / 5));
      for (int k = 0; k < surface.length; k++) {
        double y = clamp((k / width + 0.5) * rows / height - 0.5, 0, rows - 1);
        double x = clamp((k % width + 0.5) * columns / width - 0.5, 0, columns - 1);
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

    private static double mix(double a, double b, double share) {
      return a + share * (b - a);
    }

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
        medians[k] = median(window, count);
      }
      return medians;
    }

    // Strokes: their width is four times the mean distance of their pixels to the background.

    protected static Picture normalised(Picture ink, int box) {
      double scale = 4.0 * box / Math.max(ink.height, ink.width);
      int h = side(ink.height, scale);
      int w = side(ink.width, scale);
      Picture fine = ink.resized(h, w);
      int height = h + 16;
      int width = w + 16;
      boolean[] isInk = new boolean[height * width];
      for (int k = 0; k < h * w; k++) {
        isInk[(k / w + 8) * width + k % w + 8] = fine.pixels[k] >= 110;
      }
      float[] inner = distances(isInk, width, false);
      double sum = 0;
      int count = 0;
      for (int k = 0; k < isInk.length; k++) {
        sum += isInk[k] ? inner[k] - 0.5 : 0;
        count += isInk[k] ? 1 : 0;
      }
      double stroke = 4 * sum / Math.max(1, count) / 4;
      double missing = clamp(stroke, 2, 3.6) - stroke;
      if (count == 0 || missing == 0) {
        return ink;
      }
      float[] outer = distances(isInk, width, true);
      int[] pixels = new int[isInk.length];
      for (int k = 0; k < pixels.length; k++) {
        double inside = isInk[k] ? inner[k] - 0.5 : 0.5 - outer[k];
        pixels[k] = (int) Math.round(255 * clamp(0.5 + inside + 4 * missing / 2, 0, 1));
      }
      return new Picture(height, width, pixels);
    }

    private static float[] distances(boolean[] isInk, int width, boolean toInk) {
      float[] d = new float[isInk.length];
      for (int k = 0; k < d.length; k++) {
        d[k] = isInk[k] == toInk ? 0 : Float.MAX_VALUE;
      }
      for (int k = 0; k < d.length; k++) {
        relax(d, k, width, -1);
      }
      for (int k = d.length - 1; k >= 0; k--) {
        relax(d, k, width, 1);
      }
      return d;
    }

    private static void relax(float[] d, int k, int width, int way) {
      int x = k % width;
      int row = k + way * width;
      if (x + way >= 0 && x + way < width) {
        d[k] = Math.min(d[k], d[k + way] + 0.955f);
      }
      if (row >= 0 && row < d.length) {
        d[k] = Math.min(d[k], d[row] + 0.955f);
        d[k] = x > 0 ? Math.min(d[k], d[row - 1] + 1.369f) : d[k];
        d[k] = x < width - 1 ? Math.min(d[k], d[row + 1] + 1.369f) : d[k];
      }
    }
  }

  // ##
}

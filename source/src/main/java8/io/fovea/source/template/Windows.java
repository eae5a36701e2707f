package io.fovea.source.template;

import java.util.Arrays;

/** Layers that pool, move and resize. */
@SuppressWarnings("UnusedMethod") // written classes call them
class Windows {
  // ## avg_pool2d

  /**
   * Average pooling: the mean of each channel in the window, over its pixels in the map, or with
   * {@code countIncludePad} also over those in the padding.
   */
  private static void avgPool2d(
      float[][] x,
      int width,
      float[][] y,
      int columns,
      int channels,
      int[] k,
      boolean countIncludePad) {
    int height = x.length / width;
    for (int p = 0; p < y.length; p++) {
      float[] a = y[p];
      Arrays.fill(a, 0, channels, 0);
      int count = 0;
      for (int t = 0; t < k[0] * k[1]; t++) {
        int i = p / columns * k[2] + t / k[1] * k[8] - k[4];
        int j = p % columns * k[3] + t % k[1] * k[9] - k[5];
        boolean isInside = i >= 0 && i < height && j >= 0 && j < width;
        boolean isCounted = countIncludePad && i < height + k[6] && j < width + k[7];
        count += isInside || isCounted ? 1 : 0;
        if (isInside) {
          float[] from = x[i * width + j];
          for (int c = 0; c < channels; c++) {
            a[c] += from[c];
          }
        }
      }
      for (int c = 0; c < channels; c++) {
        a[c] /= count;
      }
    }
  }

  // ## max_pool2d

  /** Max pooling: the largest value of each channel in the window, padding left out. */
  private static void maxPool2d(
      float[][] x, int width, float[][] y, int columns, int channels, int[] k) {
    for (int p = 0; p < y.length; p++) {
      float[] a = y[p];
      Arrays.fill(a, 0, channels, Float.NEGATIVE_INFINITY);
      for (int t = 0; t < k[0] * k[1]; t++) {
        int i = p / columns * k[2] + t / k[1] * k[8] - k[4];
        int j = p % columns * k[3] + t % k[1] * k[9] - k[5];
        if (i >= 0 && i * width < x.length && j >= 0 && j < width) {
          float[] from = x[i * width + j];
          for (int c = 0; c < channels; c++) {
            a[c] = Math.max(a[c], from[c]);
          }
        }
      }
    }
  }

  // ## global_avg_pool2d

  /** The mean of each channel over all pixels. */
  private static void globalAvgPool2d(float[][] x, float[][] y, int channels) {
    double[] sums = new double[channels];
    for (float[] pixel : x) {
      for (int c = 0; c < channels; c++) {
        sums[c] += pixel[c];
      }
    }
    for (int c = 0; c < channels; c++) {
      y[0][c] = (float) (sums[c] / x.length);
    }
  }

  // ## global_max_pool2d

  /** The largest value of each channel over all pixels. */
  private static void globalMaxPool2d(float[][] x, float[][] y, int channels) {
    Arrays.fill(y[0], 0, channels, Float.NEGATIVE_INFINITY);
    for (float[] pixel : x) {
      for (int c = 0; c < channels; c++) {
        y[0][c] = Math.max(y[0][c], pixel[c]);
      }
    }
  }

  // ## channel_shuffle

  /** Channels in shuffled order: one of each group follow each other. */
  private static void channelShuffle(float[][] x, float[][] y, int channels, int groups) {
    int each = channels / groups;
    for (int p = 0; p < x.length; p++) {
      for (int c = 0; c < channels; c++) {
        y[p][c] = x[p][c % groups * each + c / groups];
      }
    }
  }

  // ## copy

  /** Channels of a map at another place: parts of a concatenation, or a slice. */
  private static void copy(float[][] x, int from, float[][] y, int at, int count) {
    for (int p = 0; p < x.length; p++) {
      System.arraycopy(x[p], from, y[p], at, count);
    }
  }

  // ## flatten

  /** A map as one row of features, pixel behind pixel. */
  private static void flatten(float[][] x, int channels, float[][] y) {
    for (int p = 0; p < x.length; p++) {
      System.arraycopy(x[p], 0, y[0], p * channels, channels);
    }
  }

  // ## resize2d

  /** Bilinear resizing: each pixel is a mean of the four around its place. */
  private static void resize2d(
      float[][] x, int width, int channels, float[][] y, int columns, boolean alignCorners) {
    int height = x.length / width;
    for (int p = 0; p < y.length; p++) {
      double s = place(p / columns, height, y.length / columns, alignCorners);
      double t = place(p % columns, width, columns, alignCorners);
      int top = (int) s;
      int left = (int) t;
      s -= top;
      t -= left;
      float[] a = x[top * width + left];
      float[] b = x[top * width + Math.min(left + 1, width - 1)];
      float[] c = x[Math.min(top + 1, height - 1) * width + left];
      float[] d = x[Math.min(top + 1, height - 1) * width + Math.min(left + 1, width - 1)];
      for (int k = 0; k < channels; k++) {
        y[p][k] = (float) ((1 - s) * ((1 - t) * a[k] + t * b[k]) + s * ((1 - t) * c[k] + t * d[k]));
      }
    }
  }

  private static double place(int i, int in, int out, boolean alignCorners) {
    return alignCorners
        ? out == 1 ? 0 : (double) i * (in - 1) / (out - 1)
        : Math.max(0, Math.min(in - 1, (i + 0.5) * in / out - 0.5));
  }

  // ## upsample2d

  /** Each pixel as a square of factor x factor pixels. */
  private static void upsample2d(float[][] x, int width, int channels, float[][] y, int factor) {
    for (int p = 0; p < y.length; p++) {
      int i = p / (width * factor) / factor;
      int j = p % (width * factor) / factor;
      System.arraycopy(x[i * width + j], 0, y[p], 0, channels);
    }
  }

  // ## zero_pad2d

  /** A rim of zeros around a map. */
  private static void zeroPad2d(
      float[][] x, int width, int channels, float[][] y, int columns, int top, int left) {
    for (int p = 0; p < y.length; p++) {
      int i = p / columns - top;
      int j = p % columns - left;
      if (i >= 0 && i * width < x.length && j >= 0 && j < width) {
        System.arraycopy(x[i * width + j], 0, y[p], 0, channels);
      } else {
        Arrays.fill(y[p], 0, channels, 0);
      }
    }
  }
  // ##
}

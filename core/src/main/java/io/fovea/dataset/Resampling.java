package io.fovea.dataset;

import java.util.Arrays;

/**
 * Resampling with a triangle filter, widened when shrinking so that no pixel is skipped, in double:
 * rows first where there become fewer, otherwise columns.
 *
 * <p>Columns of the result are computed some at a time, so that beside the result a few MB are
 * enough for a picture of any size.
 */
final class Resampling {
  /** About how many numbers of a row are kept at a time: 1 MB. */
  private static final int BAND = 1 << 17;

  private final byte[] source;

  /** Where the first pixel of the rectangle begins in the source. */
  private final int begin;

  /** The length of the picture's rows. */
  private final int stride;

  private final int c;
  private final Side down;
  private final Side across;

  private Resampling(byte[] source, int stride, int c, Side down, Side across) {
    this.source = source;
    this.begin = down.base * stride + across.base * c;
    this.stride = stride;
    this.c = c;
    this.down = down;
    this.across = across;
  }

  /**
   * One side of the rectangle that is resampled, and its new length. Pixel k lies at [k, k + 1).
   */
  private static final class Side {
    /** The first pixel that the rectangle touches. */
    final int base;

    /** Where the rectangle begins in that pixel, from 0 to below 1. */
    final double shift;

    final double length;

    /** How many pixels the rectangle touches; those outside have no weight. */
    final int pixels;

    /** The new number of pixels. */
    final int to;

    Side(int scale, int start, int length, int to) {
      this.base = start / scale;
      this.shift = start % scale / (double) scale;
      this.length = length / (double) scale;
      this.pixels = (start + length + scale - 1) / scale - base;
      this.to = to;
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
   * The (newHeight, newWidth, c) pixels of a rectangle of a picture of c channels, which is given
   * in pixels of the picture's full size.
   *
   * @param w the picture's width
   */
  static double[] resampled(
      byte[] source,
      int w,
      int c,
      FullSize full,
      int top,
      int left,
      int rows,
      int columns,
      int newHeight,
      int newWidth) {
    Side down = new Side(full.scale(), full.top() + top, rows, newHeight);
    Side across = new Side(full.scale(), full.left() + left, columns, newWidth);
    Resampling all = new Resampling(source, w * c, c, down, across);
    double[] result = new double[newHeight * newWidth * c];
    int some = (int) Math.clamp(BAND / (2 * across.radius() * c + 1), 1, newWidth);
    for (int x = 0; x < newWidth; x += some) {
      all.columns(result, x, Math.min(newWidth, x + some));
    }
    return result;
  }

  /** Writes columns x to end - 1 of the result. */
  private void columns(double[] result, int x, int end) {
    double[][] weights = new double[end - x][];
    int[] first = new int[end - x];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = across.weights(x + i);
      first[i] = (across.first(x + i) - across.first(x)) * c;
    }
    int from = begin + across.first(x) * c;
    int length = first[first.length - 1] + weights[weights.length - 1].length * c;
    int row = across.to * c;
    int some = weights.length * c;
    if (down.pixels >= down.to) {
      double[] sums = new double[length];
      for (int y = 0; y < down.to; y++) {
        Arrays.fill(sums, 0);
        double[] shares = down.weights(y);
        int start = from + down.first(y) * stride;
        for (int k = 0; k < shares.length; k++) {
          add(shares[k], start + k * stride, sums);
        }
        means(weights, first, sums, result, y * row + x * c);
      }
      return;
    }
    double[] narrow = new double[down.pixels * some];
    double[] plain = new double[length];
    for (int y = 0; y < down.pixels; y++) {
      Arrays.fill(plain, 0);
      add(1, from + y * stride, plain);
      means(weights, first, plain, narrow, y * some);
    }
    for (int y = 0; y < down.to; y++) {
      double[] shares = down.weights(y);
      for (int k = 0; k < shares.length; k++) {
        for (int i = 0; i < some; i++) {
          result[y * row + x * c + i] += shares[k] * narrow[(down.first(y) + k) * some + i];
        }
      }
    }
  }

  /** Adds a row of the source. */
  private void add(double weight, int from, double[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += weight * (source[from + i] & 0xff);
    }
  }

  /** The weighted means of the pixels of a row. */
  private void means(double[][] weights, int[] first, double[] row, double[] to, int at) {
    for (int i = 0; i < weights.length; i++) {
      if (c == 3) {
        mean(weights[i], row, first[i], to, at + 3 * i);
      } else {
        double sum = 0;
        for (int k = 0; k < weights[i].length; k++) {
          sum += weights[i][k] * row[first[i] + k];
        }
        to[at + i] = sum;
      }
    }
  }

  /**
   * The weighted mean of pixels in red, green and blue; a loop over channels takes a third longer.
   */
  private static void mean(double[] weights, double[] source, int from, double[] to, int at) {
    double red = 0;
    double green = 0;
    double blue = 0;
    for (int k = 0; k < weights.length; k++) {
      double weight = weights[k];
      red += weight * source[from + 3 * k];
      green += weight * source[from + 3 * k + 1];
      blue += weight * source[from + 3 * k + 2];
    }
    to[at] = red;
    to[at + 1] = green;
    to[at + 2] = blue;
  }
}

package io.fovea.data.augment.buffer;

import java.util.Arrays;

/**
 * A field of numbers smoothed by a Gaussian, down the columns and then, transposed, along the rows.
 * The kernel ends at three deviations and sums to 1; beyond the edges the field is 0.
 */
public final class GaussianBlur {
  private final int height;
  private final int width;
  private final float[] between;
  private double sigma;
  private float[] weights = {1};

  public GaussianBlur(int height, int width) {
    this.height = height;
    this.width = width;
    this.between = new float[height * width];
  }

  /** Smooths in place. */
  public void apply(float[] field, double deviation) {
    if (deviation != sigma) {
      sigma = deviation;
      weights = weights(deviation);
    }
    down(between, field, height, width);
    transpose(field, between, height, width);
    down(between, field, width, height);
    transpose(field, between, width, height);
  }

  /** Smooths down the columns. Rows are contiguous, so a shift by rows is one long loop. */
  private void down(float[] target, float[] source, int rows, int columns) {
    int radius = weights.length / 2;
    Arrays.fill(target, 0);
    for (int k = Math.max(-radius, 1 - rows); k <= Math.min(radius, rows - 1); k++) {
      int first = Math.max(0, -k);
      int count = (rows - Math.abs(k)) * columns;
      add(target, first * columns, source, (first + k) * columns, count, weights[radius + k]);
    }
  }

  private static void transpose(float[] target, float[] source, int rows, int columns) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        target[j * rows + i] = source[i * columns + j];
      }
    }
  }

  /** Adds weight * source; a loop that the compiler vectorises. */
  private static void add(
      float[] target, int to, float[] source, int from, int count, float weight) {
    for (int i = 0; i < count; i++) {
      target[to + i] += weight * source[from + i];
    }
  }

  /** exp(-k^2 / (2 sigma^2)) over its sum, for k from -radius to radius. */
  public static float[] weights(double sigma) {
    int radius = (int) Math.ceil(3 * sigma);
    double[] values = new double[2 * radius + 1];
    double sum = 0;
    for (int k = -radius; k <= radius; k++) {
      values[radius + k] = StrictMath.exp(-k * k / (2 * sigma * sigma));
      sum += values[radius + k];
    }
    float[] weights = new float[values.length];
    for (int k = 0; k < values.length; k++) {
      weights[k] = (float) (values[k] / sum);
    }
    return weights;
  }
}

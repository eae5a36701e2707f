package io.fovea.data.augment;

/**
 * A field of numbers smoothed by a Gaussian, columns and rows one after the other. The kernel ends
 * at three deviations and sums to 1; beyond the edges the field is 0.
 */
final class Smoothing {
  private final int height;
  private final int width;
  private final float[] between;
  private double sigma;
  private float[] weights = {1};

  Smoothing(int height, int width) {
    this.height = height;
    this.width = width;
    this.between = new float[height * width];
  }

  /** Smooths in place. */
  void apply(float[] field, double deviation) {
    if (deviation != sigma) {
      sigma = deviation;
      weights = weights(deviation);
    }
    int radius = weights.length / 2;
    for (int i = 0; i < height; i++) {
      int row = i * width;
      java.util.Arrays.fill(between, row, row + width, 0);
      for (int k = Math.max(-radius, -i); k <= Math.min(radius, height - 1 - i); k++) {
        add(between, row, field, row + k * width, width, weights[radius + k]);
      }
    }
    for (int i = 0; i < height; i++) {
      int row = i * width;
      java.util.Arrays.fill(field, row, row + width, 0);
      for (int k = Math.max(-radius, 1 - width); k <= Math.min(radius, width - 1); k++) {
        int first = Math.max(0, -k);
        int count = width - Math.abs(k);
        add(field, row + first, between, row + first + k, count, weights[radius + k]);
      }
    }
  }

  /** Adds weight * source; a loop that the compiler turns into vectors. */
  private static void add(
      float[] target, int to, float[] source, int from, int count, float weight) {
    for (int i = 0; i < count; i++) {
      target[to + i] += weight * source[from + i];
    }
  }

  /** exp(-k^2 / (2 sigma^2)) over its sum, for k from -radius to radius. */
  static float[] weights(double sigma) {
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

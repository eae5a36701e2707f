package io.fovea.explain;

import java.util.Arrays;

/** A map of one number for each position of a picture, in rows and columns. Immutable. */
public final class HeatMap {
  private final int height;
  private final int width;
  private final double[] values;

  private HeatMap(int height, int width, double[] values) {
    this.height = height;
    this.width = width;
    this.values = values;
  }

  /**
   * A map of the given values, row by row.
   *
   * @throws IllegalArgumentException if the values do not fill the map
   */
  public static HeatMap of(int height, int width, double... values) {
    if (height < 1 || width < 1 || values.length != height * width) {
      throw new IllegalArgumentException(
          "heat map: %d rows of %d columns need %d values, got %d"
              .formatted(height, width, height * width, values.length));
    }
    return new HeatMap(height, width, values.clone());
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /** The value in row i, column j. */
  public double get(int i, int j) {
    return values[i * width + j];
  }

  /** The largest value. */
  public double largest() {
    return Arrays.stream(values).max().orElseThrow();
  }

  /** The smallest value. */
  public double least() {
    return Arrays.stream(values).min().orElseThrow();
  }

  /**
   * This map at another size, by linear interpolation between the centres of its cells; beyond the
   * outermost centres the value stays the same.
   */
  public HeatMap resized(int newHeight, int newWidth) {
    double[] resized = new double[newHeight * newWidth];
    for (int i = 0; i < newHeight; i++) {
      double y = Math.clamp((i + 0.5) * height / newHeight - 0.5, 0, height - 1);
      int top = (int) y;
      int bottom = Math.min(top + 1, height - 1);
      for (int j = 0; j < newWidth; j++) {
        double x = Math.clamp((j + 0.5) * width / newWidth - 0.5, 0, width - 1);
        int left = (int) x;
        int right = Math.min(left + 1, width - 1);
        double above = get(top, left) + (x - left) * (get(top, right) - get(top, left));
        double below = get(bottom, left) + (x - left) * (get(bottom, right) - get(bottom, left));
        resized[i * newWidth + j] = above + (y - top) * (below - above);
      }
    }
    return new HeatMap(newHeight, newWidth, resized);
  }
}

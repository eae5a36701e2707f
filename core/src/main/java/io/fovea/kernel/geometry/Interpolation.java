package io.fovea.kernel.geometry;

/**
 * The positions of the pixels of a resized axis between those of the old one:
 *
 * <pre>
 * place(i) = i * (in - 1) / (out - 1), and 0 where out is 1      corners aligned
 * place(i) = (i + 1/2) * in / out - 1/2, from 0 to in - 1         else: pixels are squares ("half pixel")
 * </pre>
 *
 * The new pixel is (1 - share) of the pixel at the position rounded down, and share of the next
 * one.
 *
 * @param in pixels of the old axis
 * @param out pixels of the new axis
 * @param alignCorners whether the centres of the first and last pixels keep their positions, or
 *     their outer edges
 */
public record Interpolation(int in, int out, boolean alignCorners) {
  private double place(int i) {
    if (alignCorners) {
      return out == 1 ? 0 : (double) i * (in - 1) / (out - 1);
    }
    return Math.max(0, Math.min(in - 1, (i + 0.5) * in / out - 0.5));
  }

  /** The old pixel at or before new pixel i. */
  public int low(int i) {
    return (int) place(i);
  }

  /** The old pixel behind it, or the last one. */
  public int high(int i) {
    return Math.min(low(i) + 1, in - 1);
  }

  /** The weight of {@link #high}, from 0 to 1. */
  public double share(int i) {
    return place(i) - low(i);
  }
}

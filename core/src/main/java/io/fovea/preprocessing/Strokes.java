package io.fovea.preprocessing;

import io.fovea.dataset.Image;

/**
 * Measures and changes the width of pen strokes, by distances to the edge of the ink.
 *
 * <pre>
 * width = 4 * mean of d(p) over the ink's pixels p, d = distance to the nearest background pixel
 * </pre>
 *
 * for across a stroke of width w, d rises from 0 to w/2 and falls again, w/4 in the mean. MNIST's
 * test images measured so have strokes of 2.5 of 28 pixels in the mean.
 */
final class Strokes {
  /** Pixels for each pixel of the box: distances are computed at a higher resolution. */
  private static final int FINE = 4;

  /** The least stroke width, in pixels of the box. */
  private static final double THINNEST = 2;

  private static final double THICKEST = 3.6;

  /** Brighter pixels are ink. */
  private static final int INK = 110;

  /** The straight step of the optimal 3x3 chamfer distance (Borgefors 1986). */
  private static final float STRAIGHT = 0.955f;

  private static final float DIAGONAL = 1.369f;

  private Strokes() {}

  /**
   * Ink with strokes that are neither too thin nor too thick when its longer side fills a box.
   *
   * @param ink grey, light on black, cut to the ink
   * @param box the pixels of the box's side
   */
  static Image normalised(Image ink, int box) {
    double scale = (double) FINE * box / Math.max(ink.height(), ink.width());
    int h = (int) Math.max(1, Math.round(ink.height() * scale));
    int w = (int) Math.max(1, Math.round(ink.width() * scale));
    Image fine = ink.resized(h, w);
    int margin = FINE * 2;
    int height = h + 2 * margin;
    int width = w + 2 * margin;
    boolean[] isInk = new boolean[height * width];
    for (int k = 0; k < h * w; k++) {
      isInk[(k / w + margin) * width + k % w + margin] = fine.get(0, k / w, k % w) >= INK;
    }
    float[] inner = distances(isInk, width, false);
    double sum = 0;
    int count = 0;
    for (int k = 0; k < isInk.length; k++) {
      sum += isInk[k] ? inner[k] - 0.5 : 0;
      count += isInk[k] ? 1 : 0;
    }
    double stroke = 4 * sum / Math.max(1, count) / FINE;
    double missing = Math.clamp(stroke, THINNEST, THICKEST) - stroke;
    return count == 0 || missing == 0
        ? ink
        : grown(isInk, inner, height, width, FINE * missing / 2);
  }

  /** The ink with its edge moved outwards by {@code by} pixels, or inwards. */
  private static Image grown(boolean[] isInk, float[] inner, int height, int width, double by) {
    float[] outer = distances(isInk, width, true);
    byte[] pixels = new byte[isInk.length];
    for (int k = 0; k < pixels.length; k++) {
      double inside = isInk[k] ? inner[k] - 0.5 : 0.5 - outer[k];
      pixels[k] = (byte) Math.round(255 * Math.clamp(0.5 + inside + by, 0, 1));
    }
    return Image.of(1, height, width, pixels);
  }

  /** The distance from each pixel to the nearest ink pixel, or to the nearest background pixel. */
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

  /** Updates a distance by the neighbours before the pixel (-1) or behind it (1). */
  private static void relax(float[] d, int k, int width, int way) {
    int x = k % width;
    int row = k + way * width;
    boolean hasRow = row >= 0 && row < d.length;
    if (x + way >= 0 && x + way < width) {
      d[k] = Math.min(d[k], d[k + way] + STRAIGHT);
    }
    if (hasRow) {
      d[k] = Math.min(d[k], d[row] + STRAIGHT);
      d[k] = x > 0 ? Math.min(d[k], d[row - 1] + DIAGONAL) : d[k];
      d[k] = x < width - 1 ? Math.min(d[k], d[row + 1] + DIAGONAL) : d[k];
    }
  }
}

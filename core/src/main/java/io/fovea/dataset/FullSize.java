package io.fovea.dataset;

/**
 * The size of a picture before it was decoded at a fraction of it, and where its edges lie in the
 * decoded pixels. So a crop is the same part of the photo at every scale, to a fraction of a pixel.
 *
 * @param scale each decoded pixel is the mean of scale x scale pixels of the full size
 * @param top rows of the full size that the first decoded row reaches beyond the picture's edge, 0
 *     to scale - 1: a side is rarely a multiple of the scale
 * @param left the same for columns
 * @param height rows in full size
 * @param width columns in full size
 */
public record FullSize(int scale, int top, int left, int height, int width) {
  /** Says how many decoded pixels a side has. */
  private static int pixels(int beyond, int side, int scale) {
    return (beyond + side + scale - 1) / scale;
  }

  void requireFitting(int decodedHeight, int decodedWidth) {
    boolean fits =
        scale >= 1
            && Math.min(top, left) >= 0
            && Math.max(top, left) < scale
            && pixels(top, height, scale) == decodedHeight
            && pixels(left, width, scale) == decodedWidth;
    if (!fits) {
      throw new IllegalArgumentException(
          "image: %dx%d pixels do not fit %s".formatted(decodedWidth, decodedHeight, this));
    }
  }
}

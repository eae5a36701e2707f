package io.fovea.kernel.vector.conv.direct;

import io.fovea.kernel.vector.conv.PaddedRows;
import java.util.Arrays;

/**
 * The map that a {@link DirectPass} reads, and the padded copy of it: pixel (0, 0) is at row top
 * and column left, the next ones stepHeight and stepWidth further, with zeros between and around
 * them.
 */
record PaddedMap(
    int height,
    int width,
    int channels,
    int top,
    int left,
    int stepHeight,
    int stepWidth,
    int paddedHeight,
    int paddedWidth) {

  /** Floats of the padded map. */
  int length() {
    return paddedHeight * paddedWidth * channels;
  }

  /** True where the map can be read in place, without padding or spreading. */
  boolean isPlain() {
    return top == 0
        && left == 0
        && stepHeight == 1
        && stepWidth == 1
        && paddedHeight == height
        && paddedWidth == width;
  }

  /**
   * Fills rows from (inclusive) to (exclusive) of the padded map with zeros and the image's pixels.
   */
  void pad(float[] padded, float[] image, int imageAt, int from, int to) {
    int row = paddedWidth * channels;
    for (int place = from; place < Math.min(to, paddedHeight); place++) {
      int p = (place - top) / stepHeight;
      boolean there = place >= top && p < height && place == top + p * stepHeight;
      if (there) {
        padRow(padded, place * row, image, imageAt + p * width * channels);
      } else {
        Arrays.fill(padded, place * row, (place + 1) * row, 0);
      }
    }
  }

  private void padRow(float[] padded, int rowAt, float[] image, int imageAt) {
    int c = channels;
    int length = paddedWidth * c;
    int skip = Math.max(0, -left);
    int columns = Math.min(width, paddedWidth - left) - skip;
    if (stepWidth == 1 && columns > 0) {
      int from = imageAt + skip * c;
      PaddedRows.pad(padded, rowAt, length, left + skip, columns, c, image, from, c);
      return;
    }
    Arrays.fill(padded, rowAt, rowAt + length, 0);
    for (int q = 0; q < width; q++) {
      int place = left + q * stepWidth;
      if (place >= 0 && place < paddedWidth) {
        System.arraycopy(image, imageAt + q * c, padded, rowAt + place * c, c);
      }
    }
  }
}

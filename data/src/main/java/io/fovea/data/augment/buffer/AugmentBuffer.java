package io.fovea.data.augment.buffer;

import io.fovea.tensor.Shape;

/**
 * One image during augmentation: pixels of 0 to 255, channels-last, at an offset of an array, and
 * temporary memory.
 */
public final class AugmentBuffer {
  private final int channels;
  private final int height;
  private final int width;
  private final float[] background;
  private final float[] before;
  private final SamplingGrid grid;
  private float[] pixels = {};
  private int offset;

  public AugmentBuffer(Shape shape, float[] background) {
    this.channels = shape.size(0);
    this.height = shape.size(1);
    this.width = shape.size(2);
    this.background = background.clone();
    this.before = new float[shape.elements()];
    this.grid = new SamplingGrid(height, width);
  }

  /** Switches to another image. */
  public void take(float[] array, int at) {
    pixels = array;
    offset = at;
  }

  public int channels() {
    return channels;
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  /** The array with the pixels, the first one at {@link #offset}. */
  public float[] pixels() {
    return pixels;
  }

  public int offset() {
    return offset;
  }

  /** C * H * W. */
  public int elements() {
    return before.length;
  }

  /** A copy of the present pixels, from index 0 on. */
  public float[] saved() {
    System.arraycopy(pixels, offset, before, 0, before.length);
    return before;
  }

  /** The source positions of pixels; reset before use. */
  public SamplingGrid grid() {
    return grid;
  }

  /**
   * Resamples every pixel from its source position: bilinear between the four pixels around it,
   * where pixels beyond the image have the background colour.
   */
  public void resample() {
    saved();
    for (int k = 0; k < height * width; k++) {
      float x = grid.x(k);
      float y = grid.y(k);
      int left = (int) Math.floor(x);
      int top = (int) Math.floor(y);
      float dx = x - left;
      float dy = y - top;
      int at = offset + k * channels;
      if (left >= 0 && left + 1 < width && top >= 0 && top + 1 < height) {
        int from = (top * width + left) * channels;
        int below = from + width * channels;
        for (int c = 0; c < channels; c++) {
          float upper = between(before[from + c], before[from + channels + c], dx);
          float lower = between(before[below + c], before[below + channels + c], dx);
          pixels[at + c] = between(upper, lower, dy);
        }
      } else {
        for (int c = 0; c < channels; c++) {
          float upper = between(old(top, left, c), old(top, left + 1, c), dx);
          float lower = between(old(top + 1, left, c), old(top + 1, left + 1, c), dx);
          pixels[at + c] = between(upper, lower, dy);
        }
      }
    }
  }

  /** Exactly a for share 0, and never outside a and b. */
  private static float between(float a, float b, float share) {
    return (1 - share) * a + share * b;
  }

  private float old(int row, int column, int c) {
    boolean inside = row >= 0 && row < height && column >= 0 && column < width;
    return inside ? before[(row * width + column) * channels + c] : background[c];
  }
}

package io.fovea.kernel.vector.conv;

import java.util.Arrays;
import java.util.List;

/**
 * Copies of some rows of a map for windows that need no check of its edges: zeros surround it, and
 * follow a pixel's channels where these are padded to full vectors.
 *
 * <p>Copying costs one read and one write of each number where a 3x3 window reads it nine times;
 * half of the pixels of a 7x7 map are at its edge and would need smaller windows.
 */
public final class PaddedRows {
  private final FeatureMap map;
  private final int left;
  private final int width;
  private final int channels;

  /**
   * Rows wide enough for the windows of all phases.
   *
   * @param channels floats of a pixel, padded with zeros
   */
  public PaddedRows(FeatureMap map, List<StridePhase> phases, int channels) {
    this.map = map;
    this.channels = channels;
    int first = 0;
    int last = map.width() - 1;
    for (StridePhase phase : phases) {
      if (phase.columns().taps() == 0) {
        continue;
      }
      first = Math.min(first, phase.columns().firstSource(0));
      last = Math.max(last, phase.columns().lastSource(phase.columns().count() - 1));
    }
    this.left = -first;
    this.width = last - first + 1;
  }

  /** Channels of a pixel, padding included. */
  public int channels() {
    return channels;
  }

  /** Floats of {@code rows} rows. */
  public int length(int rows) {
    return rows * width * channels;
  }

  /**
   * The distance in floats of a pixel that is {@code rows} rows and {@code columns} columns away.
   */
  public int distance(int rows, int columns) {
    return (rows * width + columns) * channels;
  }

  /** The index of the pixel in column 0 of the first copied row. */
  public int origin() {
    return left * channels;
  }

  /**
   * Copies rows from (inclusive) to (exclusive) of the image at x[image] to target[start ...]; rows
   * outside of the map are zeros.
   */
  public void copy(float[] target, int start, float[] x, int image, int from, int to) {
    for (int row = from; row < to; row++) {
      int at = start + length(row - from);
      if (row < 0 || row >= map.height()) {
        Arrays.fill(target, at, at + length(1), 0);
      } else if (channels == map.channels()) {
        int end = at + origin() + map.row();
        Arrays.fill(target, at, at + origin(), 0);
        System.arraycopy(x, image + row * map.row(), target, at + origin(), map.row());
        Arrays.fill(target, end, at + length(1), 0);
      } else {
        Arrays.fill(target, at, at + length(1), 0);
        copyPixels(target, at + origin(), x, image + row * map.row(), map.width());
      }
    }
  }

  /** Copies {@code pixels} pixels, without the padding of their channels. */
  public void copyPixels(float[] target, int at, float[] x, int from, int pixels) {
    for (int pixel = 0; pixel < pixels; pixel++) {
      System.arraycopy(
          x, from + pixel * map.channels(), target, at + pixel * channels, map.channels());
    }
  }
}

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
  private final List<StridePhase> phases;
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
    this.phases = phases;
    this.channels = channels;
    int first = 0;
    int last = map.width() - 1;
    for (StridePhase phase : phases) {
      // With a stride above the kernel, some pixels of dx are read by no window.
      if (phase.columns().taps() == 0) {
        continue;
      }
      first = Math.min(first, phase.columns().firstSource(0));
      last = Math.max(last, phase.columns().lastSource(phase.columns().count() - 1));
    }
    this.left = -first;
    this.width = last - first + 1;
  }

  /** Whether windows of {@code rows} target rows read nothing but the map, so need no copy. */
  public boolean isPlain(int rows) {
    return length(1) == map.row() && firstRow(0, rows) >= 0 && endRow(0, rows) <= map.height();
  }

  /** The first row that target rows from (inclusive) to (exclusive) read; it may be negative. */
  public int firstRow(int from, int to) {
    int first = Integer.MAX_VALUE;
    for (StridePhase phase : phases) {
      WindowAxis rows = phase.rows();
      if (isRead(rows, from, to)) {
        first = Math.min(first, rows.firstSource(rows.indexFrom(from)));
      }
    }
    return first == Integer.MAX_VALUE ? 0 : first;
  }

  /** The row after the last one that target rows from (inclusive) to (exclusive) read. */
  public int endRow(int from, int to) {
    int end = Integer.MIN_VALUE;
    for (StridePhase phase : phases) {
      WindowAxis rows = phase.rows();
      if (isRead(rows, from, to)) {
        end = Math.max(end, rows.lastSource(rows.indexFrom(to) - 1) + 1);
      }
    }
    return end == Integer.MIN_VALUE ? 0 : end;
  }

  /** The most rows that {@code rows} of {@code all} target rows read. */
  public int mostRead(int rows, int all) {
    int most = 0;
    for (int from = 0; from < all; from++) {
      int to = Math.min(all, from + rows);
      most = Math.max(most, endRow(from, to) - firstRow(from, to));
    }
    return most;
  }

  private static boolean isRead(WindowAxis rows, int from, int to) {
    return rows.taps() > 0 && rows.indexFrom(from) < rows.indexFrom(to);
  }

  /** Channels of a pixel, padding included. */
  public int channels() {
    return channels;
  }

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

  /** The distance from a window's first pixel to a phase's first tap; 0 if it has none. */
  public int window(StridePhase phase) {
    return phase.taps() == 0 ? 0 : distance(phase.rows().offset(0), phase.columns().offset(0));
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
      } else {
        int source = image + row * map.row();
        pad(target, at, length(1), left, map.width(), channels, x, source, map.channels());
      }
    }
  }

  /**
   * Fills {@code length} floats: {@code left} pixels of zeros, then {@code pixels} pixels, then
   * zeros. Pixels of {@code fromStep} floats become pixels of {@code toStep} floats.
   */
  public static void pad(
      float[] to,
      int at,
      int length,
      int left,
      int pixels,
      int toStep,
      float[] from,
      int fromAt,
      int fromStep) {
    int begin = at + left * toStep;
    int end = begin + pixels * toStep;
    Arrays.fill(to, at, toStep == fromStep ? begin : end, 0);
    copyPixels(to, begin, toStep, from, fromAt, fromStep, pixels);
    Arrays.fill(to, end, at + length, 0);
  }

  /**
   * Copies what pixels of {@code fromStep} floats and pixels of {@code toStep} floats both have.
   */
  public static void copyPixels(
      float[] to, int toAt, int toStep, float[] from, int fromAt, int fromStep, int pixels) {
    if (toStep == fromStep) {
      System.arraycopy(from, fromAt, to, toAt, pixels * toStep);
      return;
    }
    int copied = Math.min(toStep, fromStep);
    for (int q = 0; q < pixels; q++) {
      System.arraycopy(from, fromAt + q * fromStep, to, toAt + q * toStep, copied);
    }
  }
}

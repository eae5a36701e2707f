package io.fovea.preprocessing;

import java.util.ArrayList;
import java.util.List;

/** The connected components (8 neighbours) of the pixels above a threshold. */
final class ConnectedComponents {
  /**
   * One component.
   *
   * @param number its number in {@link #labels}, from 1
   * @param mass the sum of its values
   * @param edge how many of its pixels lie on the edge of the picture
   */
  record Blob(int number, int top, int left, int bottom, int right, double mass, int edge) {
    boolean isCut() {
      return edge > 0;
    }

    Blob with(Blob other) {
      return new Blob(
          number,
          Math.min(top, other.top),
          Math.min(left, other.left),
          Math.max(bottom, other.bottom),
          Math.max(right, other.right),
          mass + other.mass,
          edge + other.edge);
    }

    /** This component with its box enlarged by {@code by} pixels on each side, within a picture. */
    Blob grown(int by, int height, int width) {
      return new Blob(
          number,
          Math.max(0, top - by),
          Math.max(0, left - by),
          Math.min(height, bottom + by),
          Math.min(width, right + by),
          mass,
          edge);
    }

    int longer() {
      return Math.max(bottom - top, right - left);
    }

    /** Pixels between the boxes of two components, 0 where they overlap. */
    int gap(Blob other) {
      int down = Math.max(other.top - bottom, top - other.bottom);
      int across = Math.max(other.left - right, left - other.right);
      return Math.max(0, Math.max(down, across));
    }
  }

  private final int height;
  private final int width;
  private final int[] labels;
  private final List<Blob> all = new ArrayList<>();

  private ConnectedComponents(int height, int width) {
    this.height = height;
    this.width = width;
    this.labels = new int[height * width];
  }

  static ConnectedComponents of(float[] values, int height, int width, double threshold) {
    ConnectedComponents blobs = new ConnectedComponents(height, width);
    int[] stack = new int[values.length];
    for (int k = 0; k < values.length; k++) {
      if (values[k] > threshold && blobs.labels[k] == 0) {
        blobs.all.add(blobs.flood(values, threshold, k, stack));
      }
    }
    return blobs;
  }

  private Blob flood(float[] values, double threshold, int start, int[] stack) {
    int number = all.size() + 1;
    int top = height;
    int left = width;
    int bottom = 0;
    int right = 0;
    double mass = 0;
    int edge = 0;
    int depth = 0;
    stack[depth++] = start;
    labels[start] = number;
    while (depth > 0) {
      int k = stack[--depth];
      int y = k / width;
      int x = k % width;
      top = Math.min(top, y);
      left = Math.min(left, x);
      bottom = Math.max(bottom, y + 1);
      right = Math.max(right, x + 1);
      mass += values[k];
      edge += y == 0 || x == 0 || y == height - 1 || x == width - 1 ? 1 : 0;
      for (int i = Math.max(0, y - 1); i <= Math.min(height - 1, y + 1); i++) {
        for (int j = Math.max(0, x - 1); j <= Math.min(width - 1, x + 1); j++) {
          int next = i * width + j;
          if (labels[next] == 0 && values[next] > threshold) {
            labels[next] = number;
            stack[depth++] = next;
          }
        }
      }
    }
    return new Blob(number, top, left, bottom, right, mass, edge);
  }

  List<Blob> all() {
    return all;
  }

  /** The number of the component that a pixel belongs to; 0 where it belongs to none. */
  int label(int pixel) {
    return labels[pixel];
  }

  /** Whether a pixel or one of its neighbours belongs to one of some components. */
  boolean touches(int y, int x, boolean[] some) {
    for (int i = Math.max(0, y - 1); i <= Math.min(height - 1, y + 1); i++) {
      for (int j = Math.max(0, x - 1); j <= Math.min(width - 1, x + 1); j++) {
        if (some[labels[i * width + j]]) {
          return true;
        }
      }
    }
    return false;
  }
}

package io.fovea.kernel.op;

import io.fovea.kernel.geometry.Pool2dGeometry;
import org.jspecify.annotations.Nullable;

/** Max pooling for one image at a time, called by the thread that has its map in a cache. */
public interface ImageMaxPool2dKernel extends MaxPool2dKernel {
  Pool2dGeometry geometry();

  /**
   * Output rows from (inclusive) to (exclusive) of image n of {@link #forward}. Its map would begin
   * at x[xAt]: only the rows that are read need exist, so xAt may be negative. y is not part of a
   * concatenated map.
   */
  void forwardRows(
      OutputView y, int @Nullable [] winners, int n, float[] x, int xAt, int from, int to);

  /** Image n of {@link #backward}: from the gradient at dy[dyAt] to that of its map at dx[dxAt]. */
  void backwardImage(float[] dx, int dxAt, float[] dy, int dyAt, int[] winners, int n);
}

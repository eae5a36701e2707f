package io.fovea.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Max pooling that can be asked for one image at a time, by the thread that has its map at hand.
 */
public interface ImageMaxPool2dKernel extends MaxPool2dKernel {
  /** The facts of this pooling. */
  Pool2dGeometry geometry();

  /**
   * Output rows from (inclusive) to (exclusive) of image n of {@link #forward}. Its map begins at
   * x[xAt], or would: only the rows that are read need be there, and xAt may be below 0. The maps
   * of y have no others beside them.
   */
  void forwardRows(
      OutputView y, int @Nullable [] winners, int n, float[] x, int xAt, int from, int to);

  /** Image n of {@link #backward}: from the gradient at dy[dyAt] to that of its map at dx[dxAt]. */
  void backwardImage(float[] dx, int dxAt, float[] dy, int dyAt, int[] winners, int n);
}

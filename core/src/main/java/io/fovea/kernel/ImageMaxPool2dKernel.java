package io.fovea.kernel;

import io.fovea.tensor.Tensor;

/**
 * Max pooling that can be asked for one image at a time, by the thread that has its map at hand.
 */
public interface ImageMaxPool2dKernel extends MaxPool2dKernel {
  /** Image n of {@link #forward}, whose map begins at x[xAt]. */
  void forwardImage(Tensor y, int[] winners, int n, float[] x, int xAt);

  /** Image n of {@link #backward}: from the gradient at dy[dyAt] to that of its map at dx[dxAt]. */
  void backwardImage(float[] dx, int dxAt, float[] dy, int dyAt, int[] winners, int n);
}

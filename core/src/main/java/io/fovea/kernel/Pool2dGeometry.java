package io.fovea.kernel;

import io.fovea.tensor.Window;

/**
 * The facts of one pooling.
 *
 * @param channels C
 * @param height input rows, H
 * @param width input columns, W
 * @param window kernel, stride, padding (dilation 1)
 */
public record Pool2dGeometry(int channels, int height, int width, Window window) {
  /** Output rows. */
  public int outputHeight() {
    return window.outputHeight(height);
  }

  /** Output columns. */
  public int outputWidth() {
    return window.outputWidth(width);
  }

  /** The first input row that output row i reads, padding left out. */
  public int firstRow(int i) {
    return Math.max(0, i * window.strideHeight() - window.top());
  }

  /** Past the last input row that output row i reads. */
  public int endRow(int i) {
    return Math.min(height, i * window.strideHeight() - window.top() + window.kernelHeight());
  }

  /** The first input column that output column j reads, padding left out. */
  public int firstColumn(int j) {
    return Math.max(0, j * window.strideWidth() - window.left());
  }

  /** Past the last input column that output column j reads. */
  public int endColumn(int j) {
    return Math.min(width, j * window.strideWidth() - window.left() + window.kernelWidth());
  }
}

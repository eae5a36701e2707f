package io.fovea.kernel.geometry;

import io.fovea.tensor.Window;
import java.util.stream.IntStream;

/**
 * The geometry of a pooling.
 *
 * @param channels C
 * @param height input rows, H
 * @param width input columns, W
 * @param window kernel, stride, padding and dilation
 * @param ceilMode whether a last window may reach past the padded map
 * @param countIncludePad whether a mean divides by the window's elements in the padding too
 */
public record Pool2dGeometry(
    int channels, int height, int width, Window window, boolean ceilMode, boolean countIncludePad) {

  /** A pooling without ceil mode, whose means are over elements inside the map. */
  public Pool2dGeometry(int channels, int height, int width, Window window) {
    this(channels, height, width, window, false, false);
  }

  public int outputHeight() {
    return outputs(
        window.outputHeight(height),
        height + window.top() + window.bottom() - window.reachHeight(),
        window.strideHeight(),
        height + window.top());
  }

  public int outputWidth() {
    return outputs(
        window.outputWidth(width),
        width + window.left() + window.right() - window.reachWidth(),
        window.strideWidth(),
        width + window.left());
  }

  /** In ceil mode one output more, if its window begins before the padding behind the map. */
  private int outputs(int whole, int room, int stride, int behind) {
    boolean more = ceilMode && Math.floorMod(room, stride) != 0;
    return more && whole * stride < behind ? whole + 1 : whole;
  }

  /** The first input row that output row i reads, padding left out. */
  public int firstRow(int i) {
    return first(i * window.strideHeight() - window.top(), window.dilationHeight());
  }

  /** Past the last input row that output row i reads. */
  public int endRow(int i) {
    return Math.min(height, i * window.strideHeight() - window.top() + window.reachHeight());
  }

  /** The first input column that output column j reads, padding left out. */
  public int firstColumn(int j) {
    return first(j * window.strideWidth() - window.left(), window.dilationWidth());
  }

  /** Past the last input column that output column j reads. */
  public int endColumn(int j) {
    return Math.min(width, j * window.strideWidth() - window.left() + window.reachWidth());
  }

  private static int first(int begin, int dilation) {
    return begin >= 0 ? begin : Math.floorMod(begin, dilation);
  }

  /**
   * The divisor of the mean of window (i, j): its elements inside the map or, with {@link
   * #countIncludePad}, inside the padded map. Elements past that in ceil mode never count, as in
   * PyTorch and ONNX.
   */
  public int divisor(int i, int j) {
    return rows(i) * columns(j);
  }

  private int rows(int i) {
    int begin = i * window.strideHeight() - window.top();
    return countIncludePad
        ? counted(begin, begin + window.reachHeight(), height + window.bottom(), rowStep())
        : counted(firstRow(i), endRow(i), height, rowStep());
  }

  private int columns(int j) {
    int begin = j * window.strideWidth() - window.left();
    return countIncludePad
        ? counted(begin, begin + window.reachWidth(), width + window.right(), columnStep())
        : counted(firstColumn(j), endColumn(j), width, columnStep());
  }

  private static int counted(int begin, int end, int limit, int step) {
    return Math.ceilDiv(Math.max(0, Math.min(end, limit) - begin), step);
  }

  /** Rows between two rows of a window. */
  public int rowStep() {
    return window.dilationHeight();
  }

  /** Columns between two columns of a window. */
  public int columnStep() {
    return window.dilationWidth();
  }

  /** True where each window has an element inside the map. */
  public boolean everyWindowReads() {
    return IntStream.range(0, outputHeight()).allMatch(i -> firstRow(i) < endRow(i))
        && IntStream.range(0, outputWidth()).allMatch(j -> firstColumn(j) < endColumn(j));
  }
}

package io.fovea.kernel.vector.conv;

import java.util.stream.IntStream;

/**
 * Rows (or columns) of a target map whose sums run over the same kernel rows, and the source rows
 * that these read: target row {@code first + i*step} reads source rows {@code i*stride +
 * offset(t)}, one for each tap t.
 *
 * <p>The rows of y are one axis. The rows of dx with stride s are s axes, {@link #backward}: a row
 * of dx uses only every s-th kernel row, which repeats every s rows.
 *
 * @param first the first target row
 * @param count the number of target rows
 * @param step from a target row to the next one
 * @param stride from a target row's windows to the next one's, in the source
 * @param kernel the taps' kernel rows
 * @param offsets the taps' source rows, relative to the window
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record WindowAxis(int first, int count, int step, int stride, int[] kernel, int[] offsets) {
  /** All of y's rows: row i reads x's rows i*stride + u*dilation - padding. */
  static WindowAxis forward(int outputs, int kernel, int stride, int dilation, int padding) {
    int[] taps = IntStream.range(0, kernel).toArray();
    int[] offsets = IntStream.of(taps).map(u -> u * dilation - padding).toArray();
    return new WindowAxis(0, outputs, 1, stride, taps, offsets);
  }

  /**
   * dx's rows first, first + stride, ...: row p is read by the outputs i with i*stride + u*dilation
   * - padding = p, so it reads dy's rows (p + padding - u*dilation) / stride where that is an
   * integer. Taps are in order of dy's rows.
   */
  static WindowAxis backward(
      int first, int inputs, int kernel, int stride, int dilation, int padding) {
    // From the last kernel row to the first: offsets ascend, as firstSource and lastSource need.
    int[] taps =
        IntStream.range(0, kernel)
            .map(u -> kernel - 1 - u)
            .filter(u -> Math.floorMod(first + padding - u * dilation, stride) == 0)
            .toArray();
    int[] offsets =
        IntStream.of(taps)
            .map(u -> Math.floorDiv(first + padding - u * dilation, stride))
            .toArray();
    int count = Math.max(0, (inputs - first + stride - 1) / stride);
    return new WindowAxis(first, count, stride, 1, taps, offsets);
  }

  /** The i-th target row. */
  public int target(int i) {
    return first + i * step;
  }

  /** The source row of tap t, relative to the window; it may be outside the map. */
  public int offset(int t) {
    return offsets[t];
  }

  /** The number of taps. */
  public int taps() {
    return kernel.length;
  }

  /** The kernel row of tap t. */
  public int kernel(int t) {
    return kernel[t];
  }

  /** Source rows from a tap to the next: the same for all taps. */
  public int distance() {
    return offsets.length > 1 ? offsets[1] - offsets[0] : 0;
  }

  /** Kernel rows from a tap to the next, negative where they are in reverse order. */
  public int kernelDistance() {
    return kernel.length > 1 ? kernel[1] - kernel[0] : 0;
  }

  /** The index of the first target row from {@code target} on; the count where there is none. */
  public int indexFrom(int target) {
    return Math.clamp(Math.ceilDiv(target - first, step), 0, count);
  }

  /** The source row of the i-th target row's first tap; there must be one. */
  public int firstSource(int i) {
    return i * stride + offsets[0];
  }

  /** The source row of the i-th target row's last tap; there must be one. */
  public int lastSource(int i) {
    return i * stride + offsets[offsets.length - 1];
  }

  /** Source rows that a window covers. */
  public int reach() {
    return offsets[offsets.length - 1] - offsets[0] + 1;
  }

  /**
   * True where one of the target rows from..to (inclusive) may read a source row of top..bottom
   * (exclusive).
   */
  public boolean reaches(int from, int to, int top, int bottom) {
    return firstSource(from) < bottom && lastSource(to) >= top;
  }

  /** True where the taps read neighbouring source rows. */
  public boolean isContiguous() {
    return taps() > 0 && offsets[taps() - 1] - offsets[0] == taps() - 1;
  }

  /** True where target row i depends only on source row i. */
  boolean isIdentity(int sources) {
    return first == 0
        && step == 1
        && stride == 1
        && count == sources
        && taps() == 1
        && offsets[0] == 0;
  }
}

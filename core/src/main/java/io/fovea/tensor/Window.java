package io.fovea.tensor;

import java.util.stream.IntStream;

/**
 * The window of a convolution or pooling: its size, the stride, the zero padding on each side and
 * the dilation.
 *
 * <p>An input of size {@code in} along one axis gives {@code (in + padding - dilation*(kernel-1) -
 * 1) / stride + 1} outputs, rounded down (Dumoulin and Visin, "A guide to convolution arithmetic
 * for deep learning", arXiv 1603.07285, relationship 15).
 *
 * @param kernelHeight rows of the kernel, KH
 * @param kernelWidth columns of the kernel, KW
 * @param strideHeight rows between two outputs
 * @param strideWidth columns between two outputs
 * @param top rows of padding above
 * @param left columns of padding on the left
 * @param bottom rows of padding below
 * @param right columns of padding on the right
 * @param dilationHeight rows between two kernel elements
 * @param dilationWidth columns between two kernel elements
 */
public record Window(
    int kernelHeight,
    int kernelWidth,
    int strideHeight,
    int strideWidth,
    int top,
    int left,
    int bottom,
    int right,
    int dilationHeight,
    int dilationWidth) {

  private static final int LARGEST = 32_767;

  /**
   * Throws IllegalArgumentException if a size, stride or dilation is below 1, or a padding is
   * negative.
   */
  public Window {
    if (kernelHeight < 1 || kernelWidth < 1) {
      throw new IllegalArgumentException(
          "window: the kernel must be at least 1x1, got " + kernelHeight + "x" + kernelWidth);
    }
    if (strideHeight < 1 || strideWidth < 1) {
      throw new IllegalArgumentException(
          "window: the stride must be at least 1, got " + strideHeight + "x" + strideWidth);
    }
    if (dilationHeight < 1 || dilationWidth < 1) {
      throw new IllegalArgumentException(
          "window: the dilation must be at least 1, got " + dilationHeight + "x" + dilationWidth);
    }
    if (IntStream.of(kernelHeight, kernelWidth, strideHeight, strideWidth, top, left, bottom, right)
            .anyMatch(size -> size > LARGEST)
        || Math.max(dilationHeight, dilationWidth) > LARGEST) {
      throw new IllegalArgumentException(
          "window: every size must be at most %s, so that sums of them can be counted"
              .formatted(LARGEST));
    }
    if (Math.min(Math.min(top, left), Math.min(bottom, right)) < 0) {
      throw new IllegalArgumentException(
          "window: padding must not be negative, got top %d, left %d, bottom %d, right %d"
              .formatted(top, left, bottom, right));
    }
  }

  /** A square window with the same stride, padding and dilation on every side. */
  public static Window square(int kernel, int stride, int padding, int dilation) {
    return new Window(
        kernel, kernel, stride, stride, padding, padding, padding, padding, dilation, dilation);
  }

  /**
   * The rows of the output for an input of {@code height} rows; below 1 where the kernel does not
   * fit.
   */
  public int outputHeight(int height) {
    return outputs(height, top + bottom, reachHeight(), strideHeight);
  }

  /**
   * The columns of the output for an input of {@code width} columns; below 1 where the kernel does
   * not fit.
   */
  public int outputWidth(int width) {
    return outputs(width, left + right, reachWidth(), strideWidth);
  }

  /** The rows that the dilated kernel covers. */
  public int reachHeight() {
    return dilationHeight * (kernelHeight - 1) + 1;
  }

  /** The columns that the dilated kernel covers. */
  public int reachWidth() {
    return dilationWidth * (kernelWidth - 1) + 1;
  }

  private static int outputs(int size, int padding, int reach, int stride) {
    return Math.floorDiv(size + padding - reach, stride) + 1;
  }

  /**
   * For example {@code 5x5 stride 2 padding 1}; what is 1 (stride, dilation) or 0 (padding) is left
   * out.
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder().append(kernelHeight).append('x').append(kernelWidth);
    if (strideHeight != 1 || strideWidth != 1) {
      text.append(" stride ").append(pair(strideHeight, strideWidth));
    }
    if (top != bottom || left != right) {
      text.append(" padding %d,%d,%d,%d".formatted(top, left, bottom, right));
    } else if (top != 0 || left != 0) {
      text.append(" padding ").append(pair(top, left));
    }
    if (dilationHeight != 1 || dilationWidth != 1) {
      text.append(" dilation ").append(pair(dilationHeight, dilationWidth));
    }
    return text.toString();
  }

  private static String pair(int a, int b) {
    return a == b ? Integer.toString(a) : a + "x" + b;
  }
}

package io.fovea.kernel.op;

import io.fovea.kernel.geometry.BatchNorm2dGeometry;
import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.geometry.DenseGeometry;
import io.fovea.kernel.geometry.GroupNormGeometry;
import io.fovea.kernel.geometry.LocalResponseNormGeometry;
import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.parallel.Scratch;

/** A set of kernels: the reference, or the fast ones. A kernel is chosen by its geometry only. */
public interface Kernels {
  /** The name of the set: "reference" or "vector". */
  String name();

  /** Vector width in floats, which does not change rounding; 1 for the reference. */
  int lanes();

  /** Called where a pass of warmed code has allocated more than passes do, by so many bytes. */
  default void warnOfBoxedVectors(long bytes) {}

  /** Has the JVM compile the kernels that were made so far, for at most so many nanoseconds. */
  default void warmUp(long nanoseconds) {}

  Conv2dKernel conv2d(Conv2dGeometry geometry);

  /**
   * The convolution for a geometry whose transpose is computed: its input gradient is the forward
   * pass of that layer.
   */
  default Conv2dKernel transposedConv2d(Conv2dGeometry geometry) {
    return conv2d(geometry);
  }

  /** The fully connected layer for a geometry. */
  DenseKernel dense(DenseGeometry geometry);

  MaxPool2dKernel maxPool2d(Pool2dGeometry geometry);

  AvgPool2dKernel avgPool2d(Pool2dGeometry geometry);

  BatchNorm2dKernel batchNorm2d(BatchNorm2dGeometry geometry);

  /** Normalisation within images for a geometry. */
  GroupNormKernel groupNorm(GroupNormGeometry geometry);

  /** Normalisation by neighbouring channels for a geometry; its gradient reads x. */
  UnaryKernel localResponseNorm(LocalResponseNormGeometry geometry);

  /** max(x, 0), where NaN stays NaN; its gradient, dy where y > 0, reads y. */
  UnaryKernel relu();

  /** One of the other activations, element by element; its gradient reads x. */
  UnaryKernel activation(Activation activation);

  /**
   * Softmax of each group of {@code channels} neighbouring numbers: the channels of a pixel, or a
   * row of features; its gradient reads y.
   */
  UnaryKernel softmax(int channels);

  /** Updates of parameters. */
  default UpdateKernel update() {
    return new UpdateKernel() {};
  }

  /** target[at + i] = a[aAt + i] + b[bAt + i]; the target may be one of the two. */
  default void sum(float[] target, int at, float[] a, int aAt, float[] b, int bAt, int length) {
    for (int i = 0; i < length; i++) {
      target[at + i] = a[aAt + i] + b[bAt + i];
    }
  }

  /**
   * target[at + i] = a[aAt + i] * b[bAt + i % period]; the target may be a.
   *
   * @param length a multiple of the period
   */
  default void product(
      float[] target, int at, float[] a, int aAt, float[] b, int bAt, int length, int period) {
    for (int i = 0; i < length; i++) {
      target[at + i] = a[aAt + i] * b[bAt + i % period];
    }
  }

  /**
   * sums[at + i % period] += a[aAt + i] * b[bAt + i], in the order of i.
   *
   * @param length a multiple of the period
   */
  default void addProducts(
      float[] sums, int at, float[] a, int aAt, float[] b, int bAt, int length, int period) {
    for (int i = 0; i < length; i++) {
      sums[at + i % period] += a[aAt + i] * b[bAt + i];
    }
  }

  /** y[at + i] = f(y[at + i]), by one worker. */
  default void activate(Activation f, float[] y, int at, int length, Scratch scratch, int worker) {
    for (int i = at; i < at + length; i++) {
      y[i] = (float) f.value(y[i]);
    }
  }

  /**
   * Transposes a matrix: y[yAt + c*rows + r] = x[xAt + r*columns + c]; y and x do not overlap. Four
   * rows at a time, which share the loop's overhead.
   */
  default void transpose(float[] y, int yAt, float[] x, int xAt, int rows, int columns) {
    int r = 0;
    for (; r + 4 <= rows; r += 4) {
      int from0 = xAt + r * columns;
      int from1 = from0 + columns;
      int from2 = from1 + columns;
      int from3 = from2 + columns;
      int to = yAt + r;
      for (int c = 0; c < columns; c++) {
        y[to] = x[from0 + c];
        y[to + 1] = x[from1 + c];
        y[to + 2] = x[from2 + c];
        y[to + 3] = x[from3 + c];
        to += rows;
      }
    }
    for (; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        y[yAt + c * rows + r] = x[xAt + r * columns + c];
      }
    }
  }

  /** The sum of a[i] * a[i] over i from (inclusive) to (exclusive), in double. */
  double squares(float[] a, int from, int to);

  /**
   * The peak of one thread in floating-point operations a second with multiply-adds of this kind,
   * measured for about {@code seconds} seconds.
   */
  double peak(double seconds);
}

package io.fovea.kernel;

import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import java.util.List;
import java.util.function.Consumer;

/** One set of kernels: the reference, or the fast ones. A kernel is chosen by geometry alone. */
public interface Kernels {
  /** The name of the set: "reference" or "vector". */
  String name();

  /** What the answers' bits may depend on besides the seed: the number of float lanes, or 1. */
  int lanes();

  /** The convolution for a geometry. */
  Conv2dKernel conv2d(Conv2dGeometry geometry);

  /**
   * The convolution for a geometry whose transpose is wanted: its way back to the input is the one
   * that inference waits for.
   */
  default Conv2dKernel transposedConv2d(Conv2dGeometry geometry) {
    return conv2d(geometry);
  }

  /** The fully connected layer for a geometry. */
  DenseKernel dense(DenseGeometry geometry);

  /** The product of two matrices. */
  MatMulKernel matMul();

  /** Max pooling for a geometry. */
  MaxPool2dKernel maxPool2d(Pool2dGeometry geometry);

  /** Average pooling for a geometry. */
  AvgPool2dKernel avgPool2d(Pool2dGeometry geometry);

  /** Batch normalisation for a geometry. */
  BatchNorm2dKernel batchNorm2d(BatchNorm2dGeometry geometry);

  /** Normalisation within images for a geometry. */
  GroupNormKernel groupNorm(GroupNormGeometry geometry);

  /** Normalisation by neighbouring channels for a geometry. */
  LocalResponseNormKernel localResponseNorm(LocalResponseNormGeometry geometry);

  /** The rectifier. */
  ReluKernel relu();

  /** One of the other activations. */
  ActivationKernel activation(Activation activation);

  /** Softmax of every so many neighbouring numbers. */
  SoftmaxKernel softmax(int channels);

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

  /** y[at + i] = f(y[at + i]), by one worker. */
  default void activate(Activation f, float[] y, int at, int length, Scratch scratch, int worker) {
    for (int i = at; i < at + length; i++) {
      y[i] = (float) f.value(y[i]);
    }
  }

  /**
   * A matrix turned: y[yAt + c*rows + r] = x[xAt + r*columns + c]; y and x do not overlap. Four
   * rows at a time: one by one, every number had a loop's overhead for itself.
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
   * The most floating-point operations a second that one thread does with multiply-adds of this
   * kind, measured for about so many seconds.
   */
  double peak(double seconds);

  /**
   * The loops around the register blocks that kernels compute in some work, as lines of
   * pseudo-code; none where a set has no such blocks. The work makes its own kernels and runs them
   * with the workers that it gets; what they compute is undefined.
   */
  default List<String> trace(Consumer<Workers> work) {
    return List.of();
  }
}

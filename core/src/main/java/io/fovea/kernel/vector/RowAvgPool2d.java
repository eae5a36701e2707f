package io.fovea.kernel.vector;

import io.fovea.kernel.AvgPool2dKernel;
import io.fovea.kernel.Pool2dGeometry;
import io.fovea.kernel.Resources;
import io.fovea.tensor.Tensor;

/**
 * Average pooling in plain loops with the channels innermost, where they lie side by side; one
 * image a piece of work.
 */
final class RowAvgPool2d implements AvgPool2dKernel {
  private final Pool2dGeometry g;
  private final int inputs;
  private final int outputs;

  RowAvgPool2d(Pool2dGeometry geometry) {
    this.g = geometry;
    this.inputs = g.channels() * g.height() * g.width();
    this.outputs = g.channels() * g.outputHeight() * g.outputWidth();
  }

  @Override
  public void forward(Tensor y, Tensor x, Resources resources) {
    resources
        .workers()
        .run(
            x.count(),
            (n, worker) -> {
              for (int i = 0; i < g.outputHeight(); i++) {
                for (int j = 0; j < g.outputWidth(); j++) {
                  mean(y, x, n, i, j);
                }
              }
            });
  }

  private void mean(Tensor y, Tensor x, int n, int i, int j) {
    int at = outputAt(y, n, i, j);
    java.util.Arrays.fill(y.array(), at, at + g.channels(), 0);
    for (int p = g.firstRow(i); p < g.endRow(i); p += g.rowStep()) {
      for (int q = g.firstColumn(j); q < g.endColumn(j); q += g.columnStep()) {
        int pixel = inputAt(x, n, p, q);
        for (int c = 0; c < g.channels(); c++) {
          y.array()[at + c] += x.array()[pixel + c];
        }
      }
    }
    float size = g.divisor(i, j);
    for (int c = 0; c < g.channels(); c++) {
      y.array()[at + c] /= size;
    }
  }

  @Override
  public void backward(Tensor dx, Tensor dy, Resources resources) {
    resources
        .workers()
        .run(
            dy.count(),
            (n, worker) -> {
              int first = inputAt(dx, n, 0, 0);
              java.util.Arrays.fill(dx.array(), first, first + inputs, 0);
              for (int i = 0; i < g.outputHeight(); i++) {
                for (int j = 0; j < g.outputWidth(); j++) {
                  share(dx, dy, n, i, j);
                }
              }
            });
  }

  private void share(Tensor dx, Tensor dy, int n, int i, int j) {
    int at = outputAt(dy, n, i, j);
    float size = g.divisor(i, j);
    for (int p = g.firstRow(i); p < g.endRow(i); p += g.rowStep()) {
      for (int q = g.firstColumn(j); q < g.endColumn(j); q += g.columnStep()) {
        int pixel = inputAt(dx, n, p, q);
        for (int c = 0; c < g.channels(); c++) {
          dx.array()[pixel + c] += dy.array()[at + c] / size;
        }
      }
    }
  }

  private int inputAt(Tensor x, int n, int p, int q) {
    return x.offset() + n * inputs + (p * g.width() + q) * g.channels();
  }

  private int outputAt(Tensor y, int n, int i, int j) {
    return y.offset() + n * outputs + (i * g.outputWidth() + j) * g.channels();
  }
}

package io.fovea.kernel.vector;

import io.fovea.kernel.MaxPool2dKernel;
import io.fovea.kernel.Pool2dGeometry;
import io.fovea.kernel.Resources;
import io.fovea.tensor.Tensor;

/**
 * Max pooling in plain loops with the channels innermost, where they lie side by side; one image a
 * piece of work. The comparisons are the reference's, so values and winners are equal to it.
 */
final class RowMaxPool2d implements MaxPool2dKernel {
  private final Pool2dGeometry g;
  private final int inputs;
  private final int outputs;

  RowMaxPool2d(Pool2dGeometry geometry) {
    this.g = geometry;
    this.inputs = g.channels() * g.height() * g.width();
    this.outputs = g.channels() * g.outputHeight() * g.outputWidth();
  }

  @Override
  public void forward(Tensor y, int[] winners, Tensor x, Resources resources) {
    resources.workers().run(x.count(), (n, worker) -> image(y, winners, x, n));
  }

  private void image(Tensor y, int[] winners, Tensor x, int n) {
    int xAt = x.offset() + n * inputs;
    int at = n * outputs;
    for (int i = 0; i < g.outputHeight(); i++) {
      for (int j = 0; j < g.outputWidth(); j++) {
        window(y, winners, at, x.array(), xAt, i, j);
        at += g.channels();
      }
    }
  }

  private void window(Tensor y, int[] winners, int at, float[] x, int xAt, int i, int j) {
    float[] largest = y.array();
    int largestAt = y.offset() + at;
    int first = (g.firstRow(i) * g.width() + g.firstColumn(j)) * g.channels();
    for (int c = 0; c < g.channels(); c++) {
      largest[largestAt + c] = x[xAt + first + c];
      winners[at + c] = first + c;
    }
    for (int p = g.firstRow(i); p < g.endRow(i); p++) {
      for (int q = g.firstColumn(j); q < g.endColumn(j); q++) {
        int pixel = (p * g.width() + q) * g.channels();
        for (int c = 0; c < g.channels(); c++) {
          float value = x[xAt + pixel + c];
          float best = largest[largestAt + c];
          if (value > best || (Float.isNaN(value) && !Float.isNaN(best))) {
            largest[largestAt + c] = value;
            winners[at + c] = pixel + c;
          }
        }
      }
    }
  }

  @Override
  public void backward(Tensor dx, Tensor dy, int[] winners, Resources resources) {
    resources
        .workers()
        .run(
            dy.count(),
            (n, worker) -> {
              int dxAt = dx.offset() + n * inputs;
              int dyAt = dy.offset() + n * outputs;
              java.util.Arrays.fill(dx.array(), dxAt, dxAt + inputs, 0);
              for (int k = 0; k < outputs; k++) {
                dx.array()[dxAt + winners[n * outputs + k]] += dy.array()[dyAt + k];
              }
            });
  }
}

package io.fovea.kernel.reference;

import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.AvgPool2dKernel;
import io.fovea.kernel.op.Resources;
import io.fovea.tensor.Tensor;

/** Average pooling as its definition says: each window's sum over its divisor. */
public record ReferenceAvgPool2d(Pool2dGeometry g) implements AvgPool2dKernel {
  /** The mean for every output element. */
  public void forward(double[] y, double[] x, int count) {
    int at = 0;
    for (int n = 0; n < count; n++) {
      for (int i = 0; i < g.outputHeight(); i++) {
        for (int j = 0; j < g.outputWidth(); j++) {
          for (int c = 0; c < g.channels(); c++) {
            double sum = 0;
            for (int p = g.firstRow(i); p < g.endRow(i); p += g.rowStep()) {
              for (int q = g.firstColumn(j); q < g.endColumn(j); q += g.columnStep()) {
                sum += x[input(n, c, p, q)];
              }
            }
            y[at++] = sum / g.divisor(i, j);
          }
        }
      }
    }
  }

  /** dx[p,q] = the sum of dy / divisor over the windows that contain (p, q). */
  public void backward(double[] dx, double[] dy, int count) {
    java.util.Arrays.fill(dx, 0);
    int at = 0;
    for (int n = 0; n < count; n++) {
      for (int i = 0; i < g.outputHeight(); i++) {
        for (int j = 0; j < g.outputWidth(); j++) {
          for (int c = 0; c < g.channels(); c++) {
            double share = dy[at++] / g.divisor(i, j);
            for (int p = g.firstRow(i); p < g.endRow(i); p += g.rowStep()) {
              for (int q = g.firstColumn(j); q < g.endColumn(j); q += g.columnStep()) {
                dx[input(n, c, p, q)] += share;
              }
            }
          }
        }
      }
    }
  }

  private int input(int n, int c, int p, int q) {
    return ((n * g.height() + p) * g.width() + q) * g.channels() + c;
  }

  @Override
  public void forward(Tensor y, Tensor x, Resources resources) {
    double[] result = new double[y.elements()];
    forward(result, FloatDouble.widen(x), x.count());
    FloatDouble.narrow(y, result);
  }

  @Override
  public void backward(Tensor dx, Tensor dy, Resources resources) {
    double[] result = new double[dx.elements()];
    backward(result, FloatDouble.widen(dy), dy.count());
    FloatDouble.narrow(dx, result);
  }
}

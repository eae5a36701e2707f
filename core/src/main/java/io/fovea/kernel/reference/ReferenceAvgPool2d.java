package io.fovea.kernel.reference;

import io.fovea.kernel.AvgPool2dKernel;
import io.fovea.kernel.Pool2dGeometry;
import io.fovea.kernel.Resources;
import io.fovea.tensor.Tensor;

/** Average pooling as its definition says: the mean of each window's elements inside the map. */
public final class ReferenceAvgPool2d implements AvgPool2dKernel {
  private final Pool2dGeometry g;

  /** The kernel for one geometry. */
  public ReferenceAvgPool2d(Pool2dGeometry geometry) {
    this.g = geometry;
  }

  /** The mean for every output element. */
  public void forward(double[] y, double[] x, int count) {
    int at = 0;
    for (int n = 0; n < count; n++) {
      for (int i = 0; i < g.outputHeight(); i++) {
        for (int j = 0; j < g.outputWidth(); j++) {
          for (int c = 0; c < g.channels(); c++) {
            double sum = 0;
            for (int p = g.firstRow(i); p < g.endRow(i); p++) {
              for (int q = g.firstColumn(j); q < g.endColumn(j); q++) {
                sum += x[input(n, c, p, q)];
              }
            }
            y[at++] = sum / size(i, j);
          }
        }
      }
    }
  }

  /** dx[p,q] = the sum of dy / window size over the windows that hold (p, q). */
  public void backward(double[] dx, double[] dy, int count) {
    java.util.Arrays.fill(dx, 0);
    int at = 0;
    for (int n = 0; n < count; n++) {
      for (int i = 0; i < g.outputHeight(); i++) {
        for (int j = 0; j < g.outputWidth(); j++) {
          for (int c = 0; c < g.channels(); c++) {
            double share = dy[at++] / size(i, j);
            for (int p = g.firstRow(i); p < g.endRow(i); p++) {
              for (int q = g.firstColumn(j); q < g.endColumn(j); q++) {
                dx[input(n, c, p, q)] += share;
              }
            }
          }
        }
      }
    }
  }

  private int size(int i, int j) {
    return (g.endRow(i) - g.firstRow(i)) * (g.endColumn(j) - g.firstColumn(j));
  }

  private int input(int n, int c, int p, int q) {
    return ((n * g.height() + p) * g.width() + q) * g.channels() + c;
  }

  @Override
  public void forward(Tensor y, Tensor x, Resources resources) {
    double[] result = new double[y.elements()];
    forward(result, Widened.of(x), x.count());
    Widened.narrow(y, result);
  }

  @Override
  public void backward(Tensor dx, Tensor dy, Resources resources) {
    double[] result = new double[dx.elements()];
    backward(result, Widened.of(dy), dy.count());
    Widened.narrow(dx, result);
  }
}

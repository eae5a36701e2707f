package io.fovea.kernel.reference;

import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.MaxPool2dKernel;
import io.fovea.kernel.op.Resources;
import io.fovea.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Max pooling as its definition says: the first largest element of each window, padding left out;
 * NaN wins.
 */
public record ReferenceMaxPool2d(Pool2dGeometry g) implements MaxPool2dKernel {
  /** y, and for each of its elements the memory position of the winner within its image. */
  public void forward(double[] y, int[] winners, double[] x, int count) {
    int image = g.channels() * g.height() * g.width();
    int at = 0;
    for (int n = 0; n < count; n++) {
      for (int i = 0; i < g.outputHeight(); i++) {
        for (int j = 0; j < g.outputWidth(); j++) {
          for (int c = 0; c < g.channels(); c++) {
            int winner = -1;
            for (int p = g.firstRow(i); p < g.endRow(i); p += g.rowStep()) {
              for (int q = g.firstColumn(j); q < g.endColumn(j); q += g.columnStep()) {
                int candidate = (p * g.width() + q) * g.channels() + c;
                double value = x[n * image + candidate];
                if (winner < 0
                    || value > x[n * image + winner]
                    || (Double.isNaN(value) && !Double.isNaN(x[n * image + winner]))) {
                  winner = candidate;
                }
              }
            }
            winners[at] = winner;
            y[at++] = x[n * image + winner];
          }
        }
      }
    }
  }

  public void backward(double[] dx, double[] dy, int[] winners, int count) {
    int image = g.channels() * g.height() * g.width();
    int outputs = g.channels() * g.outputHeight() * g.outputWidth();
    java.util.Arrays.fill(dx, 0);
    for (int n = 0; n < count; n++) {
      for (int at = n * outputs; at < (n + 1) * outputs; at++) {
        dx[n * image + winners[at]] += dy[at];
      }
    }
  }

  @Override
  public void forward(Tensor y, int @Nullable [] winners, Tensor x, Resources resources) {
    double[] result = new double[y.elements()];
    int[] won = winners == null ? new int[y.elements()] : winners;
    forward(result, won, FloatDouble.widen(x), x.count());
    FloatDouble.narrow(y, result);
  }

  @Override
  public void backward(Tensor dx, Tensor dy, int[] winners, Resources resources) {
    double[] result = new double[dx.elements()];
    backward(result, FloatDouble.widen(dy), winners, dy.count());
    FloatDouble.narrow(dx, result);
  }
}

package io.fovea.kernel.reference;

import io.fovea.kernel.ReluKernel;
import io.fovea.kernel.Resources;
import io.fovea.tensor.Tensor;

/** y = max(x, 0); dx = dy where y > 0. */
public final class ReferenceRelu implements ReluKernel {
  /** Applies the rectifier to every element. */
  public void forward(double[] y, double[] x) {
    for (int i = 0; i < y.length; i++) {
      y[i] = Math.max(x[i], 0);
    }
  }

  /** The gradient passes where the output is positive. */
  public void backward(double[] dx, double[] dy, double[] y) {
    for (int i = 0; i < dx.length; i++) {
      dx[i] = y[i] > 0 ? dy[i] : 0;
    }
  }

  @Override
  public void forward(Tensor y, Tensor x, Resources resources) {
    double[] result = new double[y.elements()];
    forward(result, Widened.of(x));
    Widened.narrow(y, result);
  }

  @Override
  public void backward(Tensor dx, Tensor dy, Tensor y, Resources resources) {
    double[] result = new double[dx.elements()];
    backward(result, Widened.of(dy), Widened.of(y));
    Widened.narrow(dx, result);
  }
}

package io.fovea.kernel.reference;

import io.fovea.kernel.LocalResponseNormGeometry;
import io.fovea.kernel.LocalResponseNormKernel;
import io.fovea.kernel.Resources;
import io.fovea.tensor.Tensor;

/** Local response normalisation as its formula says, in double. */
public record ReferenceLocalResponseNorm(LocalResponseNormGeometry g)
    implements LocalResponseNormKernel {
  /** y = x * s^-beta. */
  public void forward(double[] y, double[] x) {
    for (int i = 0; i < y.length; i++) {
      y[i] = x[i] * Math.pow(sum(x, i), -g.beta());
    }
  }

  /** The gradient through x itself, and through the sums that contain x. */
  public void backward(double[] dx, double[] dy, double[] x) {
    for (int i = 0; i < dx.length; i++) {
      int c = i % g.channels();
      double through = 0;
      for (int e = Math.max(0, c - g.behind());
          e <= Math.min(g.channels() - 1, c + g.before());
          e++) {
        int at = i - c + e;
        through += dy[at] * x[at] * Math.pow(sum(x, at), -g.beta() - 1);
      }
      dx[i] =
          dy[i] * Math.pow(sum(x, i), -g.beta())
              - 2 * g.alpha() * g.beta() / g.size() * x[i] * through;
    }
  }

  /** s. */
  private double sum(double[] x, int i) {
    int c = i % g.channels();
    double squares = 0;
    for (int e = Math.max(0, c - g.before());
        e <= Math.min(g.channels() - 1, c + g.behind());
        e++) {
      squares += x[i - c + e] * x[i - c + e];
    }
    return g.k() + g.alpha() / g.size() * squares;
  }

  @Override
  public void forward(Tensor y, Tensor x, Resources resources) {
    double[] result = new double[y.elements()];
    forward(result, Widened.of(x));
    Widened.narrow(y, result);
  }

  @Override
  public void backward(Tensor dx, Tensor dy, Tensor x, Resources resources) {
    double[] result = new double[dx.elements()];
    backward(result, Widened.of(dy), Widened.of(x));
    Widened.narrow(dx, result);
  }
}

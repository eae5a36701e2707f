package io.fovea.kernel.reference;

import io.fovea.kernel.geometry.LocalResponseNormGeometry;

/**
 * Normalisation by the neighbouring channels of a pixel, in double:
 *
 * <pre>
 * y[c]  = x[c] * s[c]^-beta       s[c] = k + alpha/size * sum over e from c - before to c + behind of x[e]^2
 * dx[c] = dy[c] * s[c]^-beta
 *         - 2 * alpha * beta / size * x[c] * sum over e from c - behind to c + before of dy[e] * x[e] * s[e]^(-beta-1)
 * </pre>
 */
public record ReferenceLocalResponseNorm(LocalResponseNormGeometry g) implements ReferenceUnary {
  @Override
  public void forward(double[] y, double[] x) {
    for (int i = 0; i < y.length; i++) {
      y[i] = x[i] * StrictMath.pow(sum(x, i), -g.beta());
    }
  }

  @Override
  public void backward(double[] dx, double[] dy, double[] x) {
    for (int i = 0; i < dx.length; i++) {
      int c = i % g.channels();
      double through = 0;
      for (int e = Math.max(0, c - g.behind());
          e <= Math.min(g.channels() - 1, c + g.before());
          e++) {
        int at = i - c + e;
        through += dy[at] * x[at] * StrictMath.pow(sum(x, at), -g.beta() - 1);
      }
      dx[i] =
          dy[i] * StrictMath.pow(sum(x, i), -g.beta())
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
}

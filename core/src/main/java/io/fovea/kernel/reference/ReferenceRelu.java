package io.fovea.kernel.reference;

/** y = max(x, 0); dx = dy where y > 0. */
public record ReferenceRelu() implements ReferenceUnary {
  @Override
  public void forward(double[] y, double[] x) {
    for (int i = 0; i < y.length; i++) {
      y[i] = Math.max(x[i], 0);
    }
  }

  @Override
  public void backward(double[] dx, double[] dy, double[] y) {
    for (int i = 0; i < dx.length; i++) {
      dx[i] = y[i] > 0 ? dy[i] : 0;
    }
  }
}

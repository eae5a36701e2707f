package io.fovea.kernel.reference;

import io.fovea.kernel.Conv2dGeometry;

/**
 * The transpose of a convolution, in double: the convolution's input gradient, applied to x, plus a
 * bias. x has the convolution's output shape, y its input shape.
 */
public final class ReferenceConvTranspose2d {
  private final Conv2dGeometry g;
  private final ReferenceConv2d conv;

  /** The transpose of this convolution. */
  public ReferenceConvTranspose2d(Conv2dGeometry geometry) {
    this.g = geometry;
    this.conv = new ReferenceConv2d(geometry);
  }

  /** Fills y. */
  public void forward(double[] y, double[] x, double[] w, double[] b, int count) {
    conv.backward(y, new double[w.length], new double[g.filters()], y.clone(), w, x, count);
    for (int i = 0; i < y.length; i++) {
      y[i] += b[i % g.channels()];
    }
  }

  /** Fills dx, dw and db. */
  public void backward(
      double[] dx, double[] dw, double[] db, double[] x, double[] w, double[] dy, int count) {
    conv.forward(dx, dy, w, new double[g.filters()], count);
    conv.backward(new double[dy.length], dw, new double[g.filters()], dy, w, x, count);
    for (int i = 0; i < dy.length; i++) {
      db[i % g.channels()] += dy[i];
    }
  }
}

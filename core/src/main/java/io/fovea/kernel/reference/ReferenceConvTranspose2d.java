package io.fovea.kernel.reference;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.op.Packing;
import java.util.Arrays;

/**
 * The transpose of a convolution, in double: the convolution's input gradient, applied to x, plus a
 * bias. x has the convolution's output shape, y its input shape.
 */
public record ReferenceConvTranspose2d(Conv2dGeometry g) implements ReferenceLinear {
  @Override
  public Packing packing() {
    return Packing.rowMajor(g.weights());
  }

  @Override
  public void forward(double[] y, double[] x, double[] w, double[] b, int count) {
    new ReferenceConv2d(g)
        .backward(y, new double[w.length], new double[g.filters()], y.clone(), w, x, count);
    for (int i = 0; i < y.length; i++) {
      y[i] += b[i % g.channels()];
    }
  }

  @Override
  public void backward(
      double[] dx, double[] dw, double[] db, double[] x, double[] w, double[] dy, int count) {
    double[] filters = new double[g.filters()];
    new ReferenceConv2d(g).forward(dx, dy, w, filters, count);
    new ReferenceConv2d(g).backward(dy.clone(), dw, filters, dy, w, x, count);
    Arrays.fill(db, 0);
    for (int i = 0; i < dy.length; i++) {
      db[i % g.channels()] += dy[i];
    }
  }
}

package io.fovea.kernel.reference;

import io.fovea.kernel.geometry.DenseGeometry;
import io.fovea.kernel.op.DenseKernel;
import io.fovea.kernel.op.Packing;
import io.fovea.kernel.op.Resources;
import io.fovea.tensor.Tensor;

/**
 * The fully connected layer as its formula says, in double: y[n,o] = b[o] + sum over f of x[n,f] *
 * w[o,f].
 *
 * <p>w and dw are (out, in), row-major, columns in logical order; x and dx are in memory order,
 * which differs where x was flattened from feature maps.
 */
public final class ReferenceDense implements DenseKernel, ReferenceLinear {
  private final DenseGeometry g;
  private final int[] feature;

  public ReferenceDense(DenseGeometry geometry) {
    this.g = geometry;
    this.feature = geometry.input().logicalOrder();
  }

  @Override
  public Packing packing() {
    return Packing.rowMajor(g.outputs() * g.features());
  }

  @Override
  public void forward(double[] y, double[] x, double[] w, double[] b, int count) {
    int in = g.features();
    int out = g.outputs();
    for (int n = 0; n < count; n++) {
      for (int o = 0; o < out; o++) {
        double sum = b[o];
        for (int f = 0; f < in; f++) {
          sum += x[n * in + f] * w[o * in + feature[f]];
        }
        y[n * out + o] = sum;
      }
    }
  }

  /** Without a copy of the weights in double, which are most of a small network's bytes. */
  @Override
  public void forward(Tensor y, Tensor x, float[] w, float[] b, Resources resources) {
    int in = g.features();
    double[] wide = FloatDouble.widen(x);
    double[] result = new double[y.elements()];
    for (int k = 0; k < result.length; k++) {
      int xAt = k / g.outputs() * in;
      int wAt = k % g.outputs() * in;
      double sum = b[k % g.outputs()];
      for (int f = 0; f < in; f++) {
        sum += wide[xAt + f] * w[wAt + feature[f]];
      }
      result[k] = sum;
    }
    FloatDouble.narrow(y, result);
  }

  @Override
  public void backward(
      double[] dx, double[] dw, double[] db, double[] x, double[] w, double[] dy, int count) {
    int in = g.features();
    int out = g.outputs();
    java.util.Arrays.fill(dx, 0);
    java.util.Arrays.fill(dw, 0);
    java.util.Arrays.fill(db, 0);
    for (int n = 0; n < count; n++) {
      for (int o = 0; o < out; o++) {
        double gradient = dy[n * out + o];
        db[o] += gradient;
        for (int f = 0; f < in; f++) {
          dx[n * in + f] += gradient * w[o * in + feature[f]];
          dw[o * in + feature[f]] += gradient * x[n * in + f];
        }
      }
    }
  }
}

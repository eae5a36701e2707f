package io.fovea.kernel.reference;

import io.fovea.kernel.DenseGeometry;
import io.fovea.kernel.DenseKernel;
import io.fovea.kernel.Packing;
import io.fovea.kernel.Resources;
import io.fovea.tensor.Tensor;

/**
 * The fully connected layer as its formula says, in double: y[n,o] = b[o] + sum over f of x[n,f] *
 * w[o,f].
 *
 * <p>w and dw are (out, in), row-major, columns in logical order; x and dx are in memory order,
 * which differs where x was flattened from feature maps.
 */
public final class ReferenceDense implements DenseKernel {
  private final DenseGeometry g;
  private final int[] feature;

  /** The kernel for one geometry. */
  public ReferenceDense(DenseGeometry geometry) {
    this.g = geometry;
    this.feature = geometry.input().logicalOrder();
  }

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public Packing packing() {
    return Packing.rowMajor(g.outputs() * g.features());
  }

  /** The sum for every output feature. */
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

  /**
   * For every product of forward, dy times one factor is added to the gradient of the other.
   * Destinations are overwritten.
   */
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

  @Override
  public void forward(Tensor y, Tensor x, float[] w, float[] b, Resources resources) {
    double[] result = new double[y.elements()];
    forward(result, Widened.of(x), Widened.of(w), Widened.of(b), x.count());
    Widened.narrow(y, result);
  }

  @Override
  public void backwardInput(Tensor dx, Tensor dy, float[] w, Resources resources) {
    double[] result = new double[dx.elements()];
    double[] unused = new double[dx.elements()];
    backward(
        result,
        new double[w.length],
        new double[g.outputs()],
        unused,
        Widened.of(w),
        Widened.of(dy),
        dy.count());
    Widened.narrow(dx, result);
  }

  @Override
  public void backwardWeights(float[] dw, float[] db, Tensor x, Tensor dy, Resources resources) {
    double[] weights = new double[g.outputs() * g.features()];
    double[] biases = new double[g.outputs()];
    backward(
        new double[x.elements()],
        weights,
        biases,
        Widened.of(x),
        new double[weights.length],
        Widened.of(dy),
        dy.count());
    Widened.narrow(dw, weights);
    Widened.narrow(db, biases);
  }
}

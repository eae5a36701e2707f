package io.fovea.kernel.reference;

import io.fovea.kernel.op.LinearKernel;
import io.fovea.kernel.op.Resources;
import io.fovea.tensor.Tensor;

/** A {@link LinearKernel} in double, with weights in row-major order. */
public interface ReferenceLinear extends LinearKernel {
  /** Fills y. */
  void forward(double[] y, double[] x, double[] w, double[] b, int count);

  /**
   * For every product of forward, dy times one factor is added to the gradient of the other.
   * Destinations are overwritten.
   */
  void backward(
      double[] dx, double[] dw, double[] db, double[] x, double[] w, double[] dy, int count);

  @Override
  default String name() {
    return "reference";
  }

  @Override
  default void forward(Tensor y, Tensor x, float[] w, float[] b, Resources resources) {
    double[] result = new double[y.elements()];
    forward(result, FloatDouble.widen(x), FloatDouble.widen(w), FloatDouble.widen(b), x.count());
    FloatDouble.narrow(y, result);
  }

  @Override
  default void backwardInput(Tensor dx, Tensor dy, float[] w, Resources resources) {
    double[] result = new double[dx.elements()];
    double[] db = new double[dy.shape().size(0)];
    double[] wide = FloatDouble.widen(w);
    backward(result, wide.clone(), db, result.clone(), wide, FloatDouble.widen(dy), dy.count());
    FloatDouble.narrow(dx, result);
  }

  @Override
  default void backwardWeights(float[] dw, float[] db, Tensor x, Tensor dy, Resources resources) {
    double[] weights = new double[dw.length];
    double[] biases = new double[dy.shape().size(0)];
    double[] wide = FloatDouble.widen(x);
    backward(
        wide.clone(), weights, biases, wide, weights.clone(), FloatDouble.widen(dy), dy.count());
    FloatDouble.narrow(dw, weights);
    FloatDouble.narrow(db, biases);
  }
}

package io.fovea.kernel.reference;

import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.UnaryKernel;
import io.fovea.tensor.Tensor;

/** A function of one array in double. */
public interface ReferenceUnary extends UnaryKernel {
  /** Fills y. */
  void forward(double[] y, double[] x);

  /** Fills dx; {@code kept} as in {@link UnaryKernel}. */
  void backward(double[] dx, double[] dy, double[] kept);

  @Override
  default void forward(Tensor y, Tensor x, Resources resources) {
    double[] result = new double[y.elements()];
    forward(result, FloatDouble.widen(x));
    FloatDouble.narrow(y, result);
  }

  @Override
  default void backward(Tensor dx, Tensor dy, Tensor kept, Resources resources) {
    double[] result = new double[dx.elements()];
    backward(result, FloatDouble.widen(dy), FloatDouble.widen(kept));
    FloatDouble.narrow(dx, result);
  }
}

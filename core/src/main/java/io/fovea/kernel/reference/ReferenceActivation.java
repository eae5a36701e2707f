package io.fovea.kernel.reference;

import io.fovea.kernel.Activation;
import io.fovea.kernel.ActivationKernel;
import io.fovea.kernel.Resources;
import io.fovea.tensor.Tensor;
import java.util.function.DoubleUnaryOperator;

/** y = f(x); dx = dy * f'(x), in double. */
public final class ReferenceActivation implements ActivationKernel {
  private final DoubleUnaryOperator f;
  private final DoubleUnaryOperator derivative;

  /** The kernel for one function. */
  public ReferenceActivation(Activation activation) {
    this(activation::value, activation::derivative);
  }

  /** The kernel for a function and its derivative. */
  public ReferenceActivation(DoubleUnaryOperator f, DoubleUnaryOperator derivative) {
    this.f = f;
    this.derivative = derivative;
  }

  /** Applies the function to every element. */
  public void forward(double[] y, double[] x) {
    for (int i = 0; i < y.length; i++) {
      y[i] = f.applyAsDouble(x[i]);
    }
  }

  /** Multiplies the gradient by the derivative of every element. */
  public void backward(double[] dx, double[] dy, double[] x) {
    for (int i = 0; i < dx.length; i++) {
      dx[i] = dy[i] * derivative.applyAsDouble(x[i]);
    }
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

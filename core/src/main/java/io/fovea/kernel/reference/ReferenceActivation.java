package io.fovea.kernel.reference;

import io.fovea.kernel.op.Activation;
import java.util.function.DoubleUnaryOperator;

/** y = f(x); dx = dy * f'(x), in double. */
public record ReferenceActivation(DoubleUnaryOperator f, DoubleUnaryOperator derivative)
    implements ReferenceUnary {
  public ReferenceActivation(Activation activation) {
    this(activation::value, activation::derivative);
  }

  @Override
  public void forward(double[] y, double[] x) {
    for (int i = 0; i < y.length; i++) {
      y[i] = f.applyAsDouble(x[i]);
    }
  }

  @Override
  public void backward(double[] dx, double[] dy, double[] x) {
    for (int i = 0; i < dx.length; i++) {
      dx[i] = dy[i] * derivative.applyAsDouble(x[i]);
    }
  }
}

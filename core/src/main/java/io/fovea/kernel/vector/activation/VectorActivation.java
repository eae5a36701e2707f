package io.fovea.kernel.vector.activation;

import io.fovea.kernel.op.Activation;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.UnaryKernel;
import io.fovea.tensor.Tensor;

/** The activations in float, in pieces sized for the L2 cache: see {@link Activations}. */
public record VectorActivation(Activation f) implements UnaryKernel {
  private static final int PIECE = 1 << 15;

  @Override
  public void forward(Tensor y, Tensor x, Resources resources) {
    resources.run(
        x.elements(),
        PIECE,
        (from, length, worker) ->
            Activations.value(
                f,
                y.array(),
                y.offset() + from,
                x.array(),
                x.offset() + from,
                length,
                resources.scratch(),
                worker));
  }

  @Override
  public void backward(Tensor dx, Tensor dy, Tensor x, Resources resources) {
    resources.run(
        x.elements(),
        PIECE,
        (from, length, worker) ->
            Activations.derivative(
                f,
                dx.array(),
                dx.offset() + from,
                dy.array(),
                dy.offset() + from,
                x.array(),
                x.offset() + from,
                length,
                resources.scratch(),
                worker));
  }
}

package io.fovea.kernel.vector.activation;

import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.UnaryKernel;
import io.fovea.kernel.vector.machine.ClampLoops;
import io.fovea.tensor.Tensor;

/** The rectifier a vector at a time; bound by memory, so pieces are sized for the L2 cache. */
public final class VectorRelu implements UnaryKernel {
  private static final int PIECE = 1 << 15;

  @Override
  public void forward(Tensor y, Tensor x, Resources resources) {
    resources.run(
        x.elements(),
        PIECE,
        (from, length, worker) ->
            ClampLoops.relu(y.array(), y.offset() + from, x.array(), x.offset() + from, length));
  }

  @Override
  public void backward(Tensor dx, Tensor dy, Tensor y, Resources resources) {
    resources.run(
        dy.elements(),
        PIECE,
        (from, length, worker) ->
            ClampLoops.gate(
                dx.array(),
                dx.offset() + from,
                dy.array(),
                dy.offset() + from,
                y.array(),
                y.offset() + from,
                length));
  }
}

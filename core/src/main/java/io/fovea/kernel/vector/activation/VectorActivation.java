package io.fovea.kernel.vector.activation;

import io.fovea.kernel.op.Activation;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.UnaryKernel;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.tensor.Tensor;

/**
 * The activations in float, in blocks that stay in the L1 cache. A block is copied, padded to full
 * vectors, computed in place and copied out, so the result of an element does not depend on its
 * position. {@link Exponential} computes the exponentials of a block first, {@link ActivationLoops}
 * the rest.
 */
public record VectorActivation(Activation f) implements UnaryKernel {
  private static final int BLOCK = Activations.BLOCK;

  @Override
  public void forward(Tensor y, Tensor x, Resources resources) {
    resources.run(
        x.elements(),
        BLOCK,
        (from, length, worker) -> {
          int yAt = y.offset() + from;
          System.arraycopy(x.array(), x.offset() + from, y.array(), yAt, length);
          Activations.apply(f, y.array(), yAt, length, 1, length, resources.scratch(), worker);
        });
  }

  @Override
  public void backward(Tensor dx, Tensor dy, Tensor x, Resources resources) {
    resources.run(
        x.elements(),
        BLOCK,
        (from, length, worker) -> {
          float[] a = resources.scratch().of(worker, 0, BLOCK);
          float[] t = resources.scratch().of(worker, 1, BLOCK);
          float[] d = resources.scratch().of(worker, 2, BLOCK);
          System.arraycopy(x.array(), x.offset() + from, a, 0, length);
          System.arraycopy(dy.array(), dy.offset() + from, d, 0, length);
          float[] work = resources.scratch().of(worker, 3, BLOCK);
          ActivationLoops.derivative(f, d, a, t, work, Lanes.roundUp(length));
          System.arraycopy(d, 0, dx.array(), dx.offset() + from, length);
        });
  }
}

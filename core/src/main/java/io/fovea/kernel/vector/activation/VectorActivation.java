package io.fovea.kernel.vector.activation;

import io.fovea.kernel.Activation;
import io.fovea.kernel.ActivationKernel;
import io.fovea.kernel.Resources;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.tensor.Tensor;

/**
 * The activations in float, in blocks that stay in the first cache. A block is copied, padded to
 * whole vectors, computed in place and copied out, so an element's answer does not depend on its
 * place. What a function needs of e^x is computed first, for the block, by {@link Exponential};
 * {@link ActivationValues} and {@link ActivationDerivatives} are the rest.
 */
public final class VectorActivation implements ActivationKernel {
  private static final int BLOCK = Activations.BLOCK;

  private final Activation f;

  public VectorActivation(Activation activation) {
    this.f = activation;
  }

  @Override
  public void forward(Tensor y, Tensor x, Resources resources) {
    int elements = x.elements();
    resources
        .workers()
        .run(
            blocks(elements),
            (block, worker) -> {
              int from = block * BLOCK;
              int length = Math.min(BLOCK, elements - from);
              int yAt = y.offset() + from;
              System.arraycopy(x.array(), x.offset() + from, y.array(), yAt, length);
              Activations.apply(f, y.array(), yAt, length, 1, length, resources.scratch(), worker);
            });
  }

  @Override
  public void backward(Tensor dx, Tensor dy, Tensor x, Resources resources) {
    int elements = x.elements();
    resources
        .workers()
        .run(
            blocks(elements),
            (block, worker) -> {
              int from = block * BLOCK;
              int length = Math.min(BLOCK, elements - from);
              float[] a = resources.scratch().of(worker, 0, BLOCK);
              float[] t = resources.scratch().of(worker, 1, BLOCK);
              float[] d = resources.scratch().of(worker, 2, BLOCK);
              System.arraycopy(x.array(), x.offset() + from, a, 0, length);
              System.arraycopy(dy.array(), dy.offset() + from, d, 0, length);
              derivative(d, a, t, resources.scratch().of(worker, 3, BLOCK), Lanes.roundUp(length));
              System.arraycopy(d, 0, dx.array(), dx.offset() + from, length);
            });
  }

  private static int blocks(int elements) {
    return (elements + BLOCK - 1) / BLOCK;
  }

  /** d = d * f'(a). */
  private void derivative(float[] d, float[] a, float[] t, float[] work, int length) {
    switch (f) {
      case Activation.Relu relu -> ActivationDerivatives.leaky(d, a, 0, length);
      case Activation.LeakyRelu leaky ->
          ActivationDerivatives.leaky(d, a, (float) leaky.slope(), length);
      case Activation.Elu elu -> {
        Exponents.negativePart(t, a, length);
        Exponential.of(t, 0, length);
        ActivationDerivatives.elu(d, a, t, (float) elu.alpha(), length);
      }
      case Activation.Gelu gelu -> {
        Exponents.halfSquare(t, a, length);
        Exponential.of(t, 0, length);
        ActivationDerivatives.gelu(d, a, t, work, length);
      }
      case Activation.Clip clip ->
          ActivationDerivatives.clip(d, a, (float) clip.low(), (float) clip.high(), length);
      case Activation.HardSigmoid hard ->
          ActivationDerivatives.hardSigmoid(
              d, a, (float) hard.alpha(), (float) hard.beta(), length);
      case Activation.HardSwish hard -> ActivationDerivatives.hardSwish(d, a, length);
      case Activation.Selu selu -> {
        Exponents.negativePart(t, a, length);
        Exponential.of(t, 0, length);
        float below = (float) (selu.gamma() * selu.alpha());
        ActivationDerivatives.selu(d, a, t, below, (float) selu.gamma(), length);
      }
      case Activation.Softplus softplus -> {
        Exponents.distance(t, a, -1, length);
        Exponential.of(t, 0, length);
        ActivationDerivatives.softplus(d, a, t, length);
      }
      case Activation.Mish mish -> {
        Exponents.distance(t, a, -1, length);
        Exponential.of(t, 0, length);
        ActivationDerivatives.mish(d, a, t, length);
      }
      case Activation.GeluByTanh gelu -> {
        Exponents.geluByTanh(t, a, length);
        Exponential.of(t, 0, length);
        ActivationDerivatives.geluByTanh(d, a, t, length);
      }
      case Activation.Silu silu -> {
        Exponents.distance(t, a, -1, length);
        Exponential.of(t, 0, length);
        ActivationDerivatives.silu(d, a, t, length);
      }
      case Activation.Sigmoid sigmoid -> {
        Exponents.distance(t, a, -1, length);
        Exponential.of(t, 0, length);
        ActivationDerivatives.bell(d, t, 1, length);
      }
      case Activation.Tanh tanh -> {
        Exponents.distance(t, a, -2, length);
        Exponential.of(t, 0, length);
        ActivationDerivatives.bell(d, t, 4, length);
      }
    }
  }
}

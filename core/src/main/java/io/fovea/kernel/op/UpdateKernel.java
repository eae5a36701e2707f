package io.fovea.kernel.op;

/**
 * Updates of parameters, element by element. The plain loops here are the definition; a faster
 * kernel does the same operations in the same order, so it gives the same bits.
 *
 * <p>A velocity whose gradient stays zero, as that of a pixel that is always dark, would shrink to
 * a subnormal number and remain one, and arithmetic with those is up to a hundred times slower. So
 * {@link #TINY} is added and subtracted again: the result is a multiple of 1e-27, which is not
 * subnormal, also after multiplication by a learning rate; numbers above 1e-12 do not change.
 */
public interface UpdateKernel {
  /** The number that keeps velocities from becoming subnormal, see above. */
  float TINY = 1e-20f;

  /**
   * Gradient descent with momentum: see {@code io.fovea.optim.Sgd}.
   *
   * @param rate the learning rate
   * @param keep the momentum, mu
   * @param decay the weight decay, added to the gradient
   * @param nesterov the look-ahead form
   */
  record Momentum(float rate, float keep, float decay, boolean nesterov) {}

  /**
   * One step of Adam: see {@code io.fovea.optim.Adam}.
   *
   * @param rate the learning rate over the mean's bias correction
   * @param keepMean beta1
   * @param takeMean 1 - beta1
   * @param keepSquare beta2
   * @param takeSquare 1 - beta2
   * @param correction the bias correction of the square's root
   * @param epsilon added to the root
   * @param decay how much of the parameter is added to its gradient
   * @param shrink the factor of the parameter before the update
   */
  record Adam(
      float rate,
      float keepMean,
      float takeMean,
      float keepSquare,
      float takeSquare,
      float correction,
      float epsilon,
      float decay,
      float shrink) {}

  /**
   * Updates elements from (inclusive) to (exclusive) of w and its velocity v; the gradient of
   * element from + i is g[gAt + i].
   */
  default void momentum(Momentum step, float[] w, float[] v, float[] g, int gAt, int from, int to) {
    int shift = gAt - from;
    for (int i = from; i < to; i++) {
      float gradient = g[shift + i] + step.decay * w[i];
      v[i] = step.keep * v[i] + gradient + TINY - TINY;
      w[i] -= step.rate * (step.nesterov ? gradient + step.keep * v[i] : v[i]);
    }
  }

  /** The same with the running mean m and square v of the gradients. */
  default void adam(
      Adam step, float[] w, float[] m, float[] v, float[] g, int gAt, int from, int to) {
    int shift = gAt - from;
    for (int i = from; i < to; i++) {
      float gradient = g[shift + i] + step.decay * w[i];
      m[i] = step.keepMean * m[i] + step.takeMean * gradient + TINY - TINY;
      v[i] = step.keepSquare * v[i] + step.takeSquare * gradient * gradient;
      float root = (float) Math.sqrt(v[i]) * step.correction + step.epsilon;
      w[i] = step.shrink * w[i] - step.rate * m[i] / root;
    }
  }
}

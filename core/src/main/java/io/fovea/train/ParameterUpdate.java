package io.fovea.train;

import io.fovea.kernel.UpdateKernel;
import io.fovea.optim.Adam;
import io.fovea.optim.Optimizer;
import io.fovea.optim.Optimizer.Rates;
import io.fovea.optim.RmsProp;
import io.fovea.optim.Sgd;

/**
 * The update of an {@link Optimizer}, applied to elements of a parameter.
 *
 * @param kernel the kernel that computes updates
 * @param w the parameter, changed in place
 * @param g its gradient: that of element {@code from + i} is g[gAt + i]
 * @param gAt the index of the first element's gradient
 * @param slots the optimiser's state, one array a slot, changed in place
 * @param from the first element
 * @param to behind the last one
 * @param rates the learning rate and L2 factor of this step, and its number
 */
@SuppressWarnings("ArrayRecordComponent") // views for one call, never compared
record ParameterUpdate(
    UpdateKernel kernel,
    float[] w,
    float[] g,
    int gAt,
    float[][] slots,
    int from,
    int to,
    Rates rates) {

  void by(Optimizer optimizer) {
    switch (optimizer) {
      case Sgd sgd -> by(sgd);
      case Adam adam -> by(adam);
      case RmsProp rmsProp -> by(rmsProp);
    }
  }

  private void by(Sgd sgd) {
    int shift = gAt - from;
    float lr = rates.learningRate();
    float decay = rates.l2() + sgd.weightDecay();
    if (sgd.momentum() == 0) {
      for (int i = from; i < to; i++) {
        w[i] -= lr * (g[shift + i] + decay * w[i]);
      }
      return;
    }
    kernel.momentum(
        new UpdateKernel.Momentum(lr, sgd.momentum(), decay, sgd.nesterov()),
        w,
        slots[0],
        g,
        gAt,
        from,
        to);
  }

  private void by(Adam adam) {
    long t = rates.step();
    UpdateKernel.Adam step =
        new UpdateKernel.Adam(
            (float) (rates.learningRate() / (1 - Math.pow(adam.beta1(), (double) t))),
            (float) adam.beta1(),
            (float) (1 - adam.beta1()),
            (float) adam.beta2(),
            (float) (1 - adam.beta2()),
            (float) (1 / Math.sqrt(1 - Math.pow(adam.beta2(), (double) t))),
            adam.epsilon(),
            rates.l2() + (adam.decoupled() ? 0 : adam.weightDecay()),
            adam.decoupled()
                ? (float) (1 - (double) rates.learningRate() * adam.weightDecay())
                : 1);
    kernel.adam(step, w, slots[0], slots[1], g, gAt, from, to);
  }

  private void by(RmsProp rmsProp) {
    int shift = gAt - from;
    float[] v = slots[0];
    float keep = (float) rmsProp.alpha();
    float take = (float) (1 - rmsProp.alpha());
    float lr = rates.learningRate();
    float decay = rates.l2() + rmsProp.weightDecay();
    for (int i = from; i < to; i++) {
      float gradient = g[shift + i] + decay * w[i];
      v[i] = keep * v[i] + take * gradient * gradient;
      w[i] -= lr * gradient / ((float) Math.sqrt(v[i]) + rmsProp.epsilon());
    }
  }
}

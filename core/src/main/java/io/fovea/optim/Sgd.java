package io.fovea.optim;

import io.fovea.kernel.op.UpdateKernel;
import io.fovea.range.Ranges;
import java.util.List;

/**
 * Stochastic gradient descent with momentum, as PyTorch defines it:
 *
 * <pre>
 * g' = g + (l2 + weightDecay) * w
 * v  = momentum * v + g'
 * w  = w - lr * v                      plain momentum (Polyak 1964)
 * w  = w - lr * (g' + momentum * v)    Nesterov (Sutskever et al., ICML 2013)
 * </pre>
 *
 * @param learningRate lr
 * @param momentum from 0 to below 1
 * @param nesterov the look-ahead form; needs momentum
 * @param weightDecay applied to all parameters, in the gradient
 */
public record Sgd(float learningRate, float momentum, boolean nesterov, float weightDecay)
    implements Optimizer {

  /** Throws IllegalArgumentException if one is out of range; the message names it. */
  public Sgd {
    Ranges.positive("sgd: learning rate", learningRate);
    Ranges.share("sgd: momentum", momentum);
    Ranges.notNegative("sgd: weight decay", weightDecay);
    if (nesterov && momentum == 0) {
      throw new IllegalArgumentException("sgd: nesterov needs a momentum above 0, such as 0.9");
    }
  }

  /** Without momentum. */
  public static Sgd of(float learningRate) {
    return new Sgd(learningRate, 0, false, 0);
  }

  /** The same with a momentum. */
  public Sgd momentum(float value) {
    return new Sgd(learningRate, value, nesterov, weightDecay);
  }

  /** The same in Nesterov's form. */
  public Sgd withNesterov() {
    return new Sgd(learningRate, momentum, true, weightDecay);
  }

  /** The same with weight decay. */
  public Sgd weightDecay(float value) {
    return new Sgd(learningRate, momentum, nesterov, value);
  }

  @Override
  public String name() {
    return nesterov ? "nesterov" : "sgd";
  }

  @Override
  public String settings() {
    return "learning rate %s, momentum %s, weight decay %s"
        .formatted(learningRate, momentum, weightDecay);
  }

  @Override
  public List<String> slots() {
    return momentum == 0 ? List.of() : List.of("velocity");
  }

  @Override
  public void update(Range range, Rates rates) {
    float[] w = range.weights();
    float[] g = range.gradient();
    int shift = range.shift();
    int from = range.from();
    int to = range.to();
    float lr = rates.learningRate();
    float decay = rates.l2() + weightDecay;
    if (momentum == 0) {
      for (int i = from; i < to; i++) {
        w[i] -= lr * (g[shift + i] + decay * w[i]);
      }
      return;
    }
    FastUpdate.KERNEL.momentum(
        new UpdateKernel.Momentum(lr, momentum, decay, nesterov),
        w,
        range.slots()[0],
        g,
        from + shift,
        from,
        to);
  }
}

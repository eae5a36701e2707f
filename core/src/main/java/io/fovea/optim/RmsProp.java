package io.fovea.optim;

import io.fovea.range.Ranges;
import java.util.List;

/**
 * RMSProp (Tieleman and Hinton, Coursera lecture 6.5, 2012), as PyTorch defines it:
 *
 * <pre>
 * g' = g + (l2 + weightDecay) * w
 * v  = alpha * v + (1 - alpha) * g'^2
 * w  = w - lr * g' / (sqrt(v) + epsilon)
 * </pre>
 *
 * @param learningRate lr
 * @param alpha decay of the mean square
 * @param epsilon keeps the division finite
 * @param weightDecay applied to all parameters, in the gradient
 */
public record RmsProp(float learningRate, double alpha, float epsilon, float weightDecay)
    implements Optimizer {

  /** Throws IllegalArgumentException if one is out of range; the message names it. */
  public RmsProp {
    Ranges.positive("rmsprop: learning rate", learningRate);
    Ranges.share("rmsprop: alpha", alpha);
    Ranges.notNegative("rmsprop: epsilon", epsilon);
    Ranges.notNegative("rmsprop: weight decay", weightDecay);
  }

  /** With alpha 0.99, epsilon 1e-8 and no weight decay. */
  public static RmsProp of(float learningRate) {
    return new RmsProp(learningRate, 0.99, 1e-8f, 0);
  }

  /** The same with weight decay. */
  public RmsProp weightDecay(float value) {
    return new RmsProp(learningRate, alpha, epsilon, value);
  }

  @Override
  public String name() {
    return "rmsprop";
  }

  @Override
  public String settings() {
    return "learning rate %s, alpha %s, epsilon %s, weight decay %s"
        .formatted(learningRate, alpha, epsilon, weightDecay);
  }

  @Override
  public List<String> slots() {
    return List.of("square");
  }

  @Override
  public void update(Range range, Rates rates) {
    float[] w = range.weights();
    float[] g = range.gradient();
    float[] v = range.slots()[0];
    int shift = range.shift();
    float keep = (float) alpha;
    float take = (float) (1 - alpha);
    float lr = rates.learningRate();
    float decay = rates.l2() + weightDecay;
    for (int i = range.from(); i < range.to(); i++) {
      float gradient = g[shift + i] + decay * w[i];
      v[i] = keep * v[i] + take * gradient * gradient;
      w[i] -= lr * gradient / ((float) Math.sqrt(v[i]) + epsilon);
    }
  }
}

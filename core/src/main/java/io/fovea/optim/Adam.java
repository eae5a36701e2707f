package io.fovea.optim;

import io.fovea.kernel.op.UpdateKernel;
import io.fovea.range.Ranges;
import java.util.List;

/**
 * Adam (Kingma and Ba, arXiv 1412.6980), and AdamW with decoupled weight decay (Loshchilov and
 * Hutter, arXiv 1711.05101), as PyTorch defines them:
 *
 * <pre>
 * g' = g + (l2 + weightDecay) * w          (AdamW: g' = g + l2 * w, and w = w - lr * weightDecay * w first)
 * m  = beta1 * m + (1 - beta1) * g'        v = beta2 * v + (1 - beta2) * g'^2
 * w  = w - lr / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
 * </pre>
 *
 * @param learningRate lr
 * @param beta1 decay of the mean
 * @param beta2 decay of the mean square
 * @param epsilon keeps the division finite
 * @param weightDecay applied to all parameters
 * @param decoupled true for AdamW
 */
public record Adam(
    float learningRate,
    double beta1,
    double beta2,
    float epsilon,
    float weightDecay,
    boolean decoupled)
    implements Optimizer {

  /** Throws IllegalArgumentException if one is out of range; the message names it. */
  public Adam {
    Ranges.positive("adam: learning rate", learningRate);
    Ranges.share("adam: beta1", beta1);
    Ranges.share("adam: beta2", beta2);
    Ranges.notNegative("adam: epsilon", epsilon);
    Ranges.notNegative("adam: weight decay", weightDecay);
  }

  /** Adam with beta 0.9 and 0.999, epsilon 1e-8 and no weight decay. */
  public static Adam of(float learningRate) {
    return new Adam(learningRate, 0.9, 0.999, 1e-8f, 0, false);
  }

  /** AdamW with the same numbers and decoupled weight decay. */
  public static Adam decoupled(float learningRate, float weightDecay) {
    return new Adam(learningRate, 0.9, 0.999, 1e-8f, weightDecay, true);
  }

  /** The same with weight decay. */
  public Adam weightDecay(float value) {
    return new Adam(learningRate, beta1, beta2, epsilon, value, decoupled);
  }

  @Override
  public String name() {
    return decoupled ? "adamw" : "adam";
  }

  @Override
  public String settings() {
    return "learning rate %s, beta1 %s, beta2 %s, epsilon %s, weight decay %s"
        .formatted(learningRate, beta1, beta2, epsilon, weightDecay);
  }

  @Override
  public List<String> slots() {
    return List.of("mean", "square");
  }

  @Override
  public void update(Range range, Rates rates) {
    double t = rates.step();
    UpdateKernel.Adam step =
        new UpdateKernel.Adam(
            (float) (rates.learningRate() / (1 - StrictMath.pow(beta1, t))),
            (float) beta1,
            (float) (1 - beta1),
            (float) beta2,
            (float) (1 - beta2),
            (float) (1 / Math.sqrt(1 - StrictMath.pow(beta2, t))),
            epsilon,
            rates.l2() + (decoupled ? 0 : weightDecay),
            decoupled ? (float) (1 - (double) rates.learningRate() * weightDecay) : 1);
    FastUpdate.KERNEL.adam(
        step,
        range.weights(),
        range.slots()[0],
        range.slots()[1],
        range.gradient(),
        range.from() + range.shift(),
        range.from(),
        range.to());
  }
}

package io.fovea.cli;

import io.fovea.optim.Optimizer;
import java.util.List;

/**
 * Lion (Chen et al., "Symbolic discovery of optimization algorithms", arXiv 2302.06675, program 1).
 *
 * <pre>
 * w = w - lr * (sign(beta1 * m + (1 - beta1) * g) + weightDecay * w)
 * m = beta2 * m + (1 - beta2) * g
 * </pre>
 */
record Lion(float learningRate, float beta1, float beta2, float weightDecay) implements Optimizer {
  @Override
  public String name() {
    return "lion";
  }

  @Override
  public List<String> slots() {
    return List.of("momentum");
  }

  @Override
  public void update(Range range, Rates rates) {
    float[] w = range.weights();
    float[] m = range.slots()[0];
    for (int i = range.from(); i < range.to(); i++) {
      float g = range.gradient()[i + range.shift()] + rates.l2() * w[i];
      float direction = Math.signum(beta1 * m[i] + (1 - beta1) * g);
      w[i] -= rates.learningRate() * (direction + weightDecay * w[i]);
      m[i] = beta2 * m[i] + (1 - beta2) * g;
    }
  }
}

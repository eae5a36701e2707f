package io.fovea.layer;

import io.fovea.layer.context.NodeContext;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * Dropout while training: each element becomes 0 with probability p, the others are divided by 1 -
 * p, so that the expected value stays; the identity at inference (Srivastava et al., JMLR 15, 2014;
 * the inverted form). dx = dy * the same factors. The choice is keyed by (seed, step, node, image
 * in the batch, element).
 *
 * @param rate the probability p to drop, from 0 to below 1
 */
public record Dropout(float rate) implements Layer {
  public Dropout {
    requireRate("dropout", rate);
  }

  static void requireRate(String type, float rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "%s: rate must be from 0 to below 1 (the share to drop), got %s".formatted(type, rate));
    }
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Inputs.one(type(), inputs);
  }

  Step forward(Tensor x, NodeContext workspace) {
    return forward(x, rate, x.shape().elements(), workspace);
  }

  /** Runs any dropout; its choices repeat after {@code choices} elements of an image. */
  static Step forward(Tensor x, float rate, int choices, NodeContext workspace) {
    if (!workspace.isTraining() || rate == 0) {
      return Step.of(workspace, x, List::of);
    }
    float[] factors = workspace.floats("factors", x.count() * choices);
    float kept = 1 / (1 - rate);
    workspace
        .workers()
        .run(
            x.count(),
            (n, worker) -> {
              RandomKey image = workspace.random(n);
              for (int c = 0; c < choices; c++) {
                factors[n * choices + c] = image.uniform(c) < rate ? 0 : kept;
              }
            });
    Tensor y = workspace.output(x.shape(), x.count());
    multiply(y, x, factors, choices, workspace);
    return Step.of(workspace, y, dy -> backward(dy, x.shape(), factors, choices, workspace));
  }

  private static List<Tensor> backward(
      Tensor dy, Shape input, float[] factors, int choices, NodeContext workspace) {
    return workspace.inputGradient(
        input, dy.count(), dx -> multiply(dx, dy, factors, choices, workspace));
  }

  private static void multiply(
      Tensor y, Tensor x, float[] factors, int choices, NodeContext workspace) {
    int elements = x.shape().elements();
    workspace
        .workers()
        .run(
            x.count(),
            (n, worker) -> {
              for (int i = n * elements; i < (n + 1) * elements; i += choices) {
                for (int c = 0; c < choices; c++) {
                  y.array()[y.offset() + i + c] =
                      x.array()[x.offset() + i + c] * factors[n * choices + c];
                }
              }
            });
  }
}

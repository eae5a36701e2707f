package io.fovea.layer;

import io.fovea.layer.workspace.NodeContext;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * Dropout while training: each element becomes 0 with probability p, the others are divided by 1 -
 * p, so that the expected value stays; nothing at inference (Srivastava et al., JMLR 15, 2014; the
 * inverted form). dx = dy * the same factors. The choice is keyed by (seed, step, node, image in
 * the batch, element).
 *
 * @param rate the probability p to drop, from 0 to below 1
 */
public record Dropout(float rate) implements Layer {

  /**
   * Checks the facts.
   *
   * @throws IllegalArgumentException if the rate is not from 0 to below 1
   */
  public Dropout {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "dropout: rate must be from 0 to below 1 (the share to drop), got " + rate);
    }
  }

  @Override
  public String type() {
    return "dropout";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Inputs.one(type(), inputs);
  }

  @Override
  public Step forward(List<Tensor> inputs, Values weights, LayerContext context) {
    NodeContext workspace = NodeContext.of(context);
    Tensor x = inputs.getFirst();
    if (!workspace.isTraining() || rate == 0) {
      return Step.of(workspace, x, List::of);
    }
    Tensor factors = workspace.tensor("factors", x.shape(), x.count());
    int elements = x.shape().elements();
    float kept = 1 / (1 - rate);
    workspace
        .workers()
        .run(
            x.count(),
            (n, worker) -> {
              RandomKey image = workspace.random(n);
              for (int i = 0; i < elements; i++) {
                factors.array()[factors.offset() + n * elements + i] =
                    image.uniform(i) < rate ? 0 : kept;
              }
            });
    Tensor y = workspace.output(x.shape(), x.count());
    multiply(y, x, factors, workspace);
    return Step.of(workspace, y, dy -> backward(dy, factors, workspace));
  }

  private static List<Tensor> backward(Tensor dy, Tensor factors, NodeContext workspace) {
    Tensor dx = workspace.inputGradient(0, factors.shape(), factors.count());
    multiply(dx, dy, factors, workspace);
    return List.of(dx);
  }

  private static void multiply(Tensor target, Tensor a, Tensor b, NodeContext workspace) {
    int elements = a.shape().elements();
    workspace
        .workers()
        .run(
            a.count(),
            (n, worker) -> {
              for (int i = n * elements; i < (n + 1) * elements; i++) {
                target.array()[target.offset() + i] =
                    a.array()[a.offset() + i] * b.array()[b.offset() + i];
              }
            });
  }
}

package io.fovea.layer;

import io.fovea.layer.workspace.NodeContext;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * Spatial dropout while training: each channel of each image becomes 0 as a whole with probability
 * p, the others are divided by 1 - p; nothing at inference (Tompson et al., "Efficient object
 * localization using convolutional networks", CVPR 2015, section 3.2). Neighbouring pixels of a map
 * tell much the same, so that {@link Dropout} would take little away. dx = dy * the same factors.
 * The choice is keyed by (seed, step, node, image in the batch, channel).
 *
 * @param rate the probability p to drop, from 0 to below 1
 */
public record Dropout2d(float rate) implements Layer {

  /**
   * Checks the facts.
   *
   * @throws IllegalArgumentException if the rate is not from 0 to below 1
   */
  public Dropout2d {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "dropout2d: rate must be from 0 to below 1 (the share to drop), got " + rate);
    }
  }

  @Override
  public String type() {
    return "dropout2d";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Inputs.map(type(), inputs);
  }

  @Override
  public Step forward(List<Tensor> inputs, Values weights, LayerContext context) {
    NodeContext workspace = NodeContext.of(context);
    Tensor x = inputs.getFirst();
    if (!workspace.isTraining() || rate == 0) {
      return Step.of(workspace, x, List::of);
    }
    int channels = x.shape().size(0);
    float[] factors = workspace.floats("factors", x.count() * channels);
    float kept = 1 / (1 - rate);
    for (int n = 0; n < x.count(); n++) {
      RandomKey image = workspace.random(n);
      for (int c = 0; c < channels; c++) {
        factors[n * channels + c] = image.uniform(c) < rate ? 0 : kept;
      }
    }
    Tensor y = workspace.output(x.shape(), x.count());
    multiply(y, x, factors, workspace);
    return Step.of(workspace, y, dy -> backward(dy, x.shape(), factors, workspace));
  }

  private static List<Tensor> backward(
      Tensor dy, Shape input, float[] factors, NodeContext workspace) {
    if (!workspace.needsInputGradient()) {
      return List.of();
    }
    Tensor dx = workspace.inputGradient(0, input, dy.count());
    multiply(dx, dy, factors, workspace);
    return List.of(dx);
  }

  private static void multiply(Tensor target, Tensor a, float[] factors, NodeContext workspace) {
    int elements = a.shape().elements();
    int channels = a.shape().size(0);
    workspace
        .workers()
        .run(
            a.count(),
            (n, worker) -> {
              for (int i = n * elements; i < (n + 1) * elements; i += channels) {
                for (int c = 0; c < channels; c++) {
                  target.array()[target.offset() + i + c] =
                      a.array()[a.offset() + i + c] * factors[n * channels + c];
                }
              }
            });
  }
}

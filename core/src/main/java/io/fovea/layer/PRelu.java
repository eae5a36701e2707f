package io.fovea.layer;

import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The rectifier whose slope on the negative side is learned: y = x where x &gt; 0, weight[c] * x
 * elsewhere; dx = dy, or weight[c] * dy; dweight[c] = the sum of dy * min(x, 0) over images and
 * pixels (He et al., arXiv 1502.01852, equations 1 and 10). Slopes start at 0.25, as in the paper,
 * and are not regularised, because that would pull them to 0.
 *
 * @param shared one slope for all channels, weight (1), instead of one each, weight (C)
 */
public record PRelu(boolean shared) implements Layer {
  /** A slope for each channel. */
  public PRelu() {
    this(false);
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return shared ? Inputs.one(type(), inputs) : Inputs.channels(type(), inputs);
  }

  @Override
  public List<Parameter> parameters(List<Shape> inputs) {
    Shape shape = Shape.of(shared ? 1 : inputs.getFirst().size(0));
    return List.of(new Parameter("weight", shape, Parameter.Role.SLOPE, 1, 1));
  }

  Step forward(Tensor x, Values weights, NodeContext workspace) {
    float[] slopes = weights.of("weight");
    if (shared) {
      slopes = workspace.floats("slopes", x.shape().size(0));
      Arrays.fill(slopes, weights.of("weight")[0]);
    }
    return forward(x, slopes, workspace);
  }

  private Step forward(Tensor x, float[] slopes, NodeContext workspace) {
    Tensor y = workspace.output(x.shape(), x.count());
    workspace.workers().run(x.count(), (n, worker) -> bend(y, x, slopes, n));
    return Step.of(workspace, y, dy -> backward(dy, x, slopes, workspace));
  }

  private List<Tensor> backward(Tensor dy, Tensor x, float[] slopes, NodeContext workspace) {
    int channels = x.shape().size(0);
    if (!workspace.isFrozen()) {
      float[] sums = workspace.floats("sums", x.count() * channels);
      workspace.workers().run(x.count(), (n, worker) -> slopeGradient(sums, dy, x, n));
      ImageSums.add(workspace.gradient("weight", shared ? 1 : channels), sums, x.count(), channels);
    }
    return workspace.inputGradient(
        x.shape(),
        x.count(),
        dx ->
            workspace.workers().run(x.count(), (n, worker) -> inputGradient(dx, dy, x, slopes, n)));
  }

  private static void bend(Tensor y, Tensor x, float[] slopes, int n) {
    int channels = x.shape().size(0);
    int yAt = Broadcast.at(y, n);
    int xAt = Broadcast.at(x, n);
    int end = xAt + x.shape().elements();
    for (; xAt < end; xAt += channels, yAt += channels) {
      for (int c = 0; c < channels; c++) {
        float value = x.array()[xAt + c];
        y.array()[yAt + c] = Math.max(value, 0) + slopes[c] * Math.min(value, 0);
      }
    }
  }

  private static void inputGradient(Tensor dx, Tensor dy, Tensor x, float[] slopes, int n) {
    int channels = x.shape().size(0);
    int at = n * x.shape().elements();
    int end = at + x.shape().elements();
    for (; at < end; at += channels) {
      for (int c = 0; c < channels; c++) {
        float gradient = dy.array()[dy.offset() + at + c];
        boolean positive = x.array()[x.offset() + at + c] > 0;
        dx.array()[dx.offset() + at + c] = positive ? gradient : slopes[c] * gradient;
      }
    }
  }

  /** One image's sums over its pixels. */
  private static void slopeGradient(float[] sums, Tensor dy, Tensor x, int n) {
    int channels = x.shape().size(0);
    int to = n * channels;
    int dyAt = Broadcast.at(dy, n);
    int xAt = Broadcast.at(x, n);
    int end = xAt + x.shape().elements();
    Arrays.fill(sums, to, to + channels, 0);
    for (; xAt < end; xAt += channels, dyAt += channels) {
      for (int c = 0; c < channels; c++) {
        sums[to + c] += dy.array()[dyAt + c] * Math.min(x.array()[xAt + c], 0);
      }
    }
  }
}

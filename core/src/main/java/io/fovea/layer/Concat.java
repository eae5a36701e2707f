package io.fovea.layer;

import io.fovea.layer.context.NodeContext;
import io.fovea.parallel.Bands;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Concatenates the channels of all inputs: maps (C0, H, W), (C1, H, W) ... to (C0 + C1 + ..., H,
 * W), or rows of features likewise. Each input's gradient is its own slice of dy (Szegedy et al.,
 * arXiv 1409.4842; Huang et al., arXiv 1608.06993).
 */
public record Concat() implements Layer {
  @Override
  public Shape output(List<Shape> inputs) {
    if (inputs.size() < 2) {
      throw new IllegalArgumentException("concat expects at least 2 inputs, got " + inputs.size());
    }
    Shape first = inputs.getFirst();
    long channels = 0;
    for (Shape shape : inputs) {
      if (shape.rank() != first.rank()
          || (first.rank() == 3
              && (shape.size(1) != first.size(1) || shape.size(2) != first.size(2)))) {
        throw new IllegalArgumentException(
            "concat expects maps of one height and width, or only rows of features, got " + inputs);
      }
      channels += shape.size(0);
    }
    if (channels > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "concat joins " + channels + " channels, too many to count; concat fewer");
    }
    return first.rank() == 3
        ? Shape.of((int) channels, first.size(1), first.size(2))
        : Shape.concatenated(inputs);
  }

  Step forward(List<Tensor> inputs, NodeContext workspace) {
    List<Shape> shapes = inputs.stream().map(Tensor::shape).toList();
    int count = inputs.getFirst().count();
    Tensor y = workspace.output(output(shapes), count);
    Bands.of(Broadcast.pixels(y.shape()), y.shape().size(0))
        .run(workspace.workers(), count, (n, from, to, worker) -> join(y, inputs, n, from, to));
    return Step.of(workspace, y, dy -> backward(dy, shapes, workspace));
  }

  private static List<Tensor> backward(Tensor dy, List<Shape> shapes, NodeContext workspace) {
    List<Tensor> gradients = new ArrayList<>();
    for (int k = 0; k < shapes.size(); k++) {
      gradients.add(workspace.inputGradient(k, shapes.get(k), dy.count()));
    }
    workspace.workers().run(dy.count(), (n, worker) -> split(gradients, dy, n));
    return gradients;
  }

  /** Copies pixel by pixel, because memory is channels-last; a row of features is one pixel. */
  private static void join(Tensor y, List<Tensor> inputs, int n, int from, int to) {
    int yAt = Broadcast.at(y, n) + from * y.shape().size(0);
    for (int pixel = from; pixel < to; pixel++) {
      for (Tensor x : inputs) {
        int channels = x.shape().size(0);
        int xAt = Broadcast.at(x, n) + pixel * channels;
        System.arraycopy(x.array(), xAt, y.array(), yAt, channels);
        yAt += channels;
      }
    }
  }

  private static void split(List<Tensor> gradients, Tensor dy, int n) {
    int dyAt = Broadcast.at(dy, n);
    for (int pixel = 0; pixel < Broadcast.pixels(dy.shape()); pixel++) {
      for (Tensor dx : gradients) {
        int channels = dx.shape().size(0);
        int dxAt = Broadcast.at(dx, n) + pixel * channels;
        System.arraycopy(dy.array(), dyAt, dx.array(), dxAt, channels);
        dyAt += channels;
      }
    }
  }
}

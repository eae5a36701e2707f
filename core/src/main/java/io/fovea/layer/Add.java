package io.fovea.layer;

import io.fovea.kernel.op.Activation;
import io.fovea.kernel.op.Kernels;
import io.fovea.layer.context.NodeContext;
import io.fovea.parallel.Bands;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The sum of inputs, as in residual networks: y = x0 + x1 + ...; every input gets dy (He et al.,
 * arXiv 1512.03385). The inputs have one shape; beside maps (C, H, W) there may be inputs with one
 * number a channel, (C) or (C, 1, 1), which is added at every pixel, and gets the sum of dy over
 * the pixels.
 */
public record Add() implements Layer {
  @Override
  public Shape output(List<Shape> inputs) {
    if (inputs.size() < 2) {
      throw new IllegalArgumentException("add expects at least 2 inputs, got " + inputs.size());
    }
    return Broadcast.output(type(), inputs);
  }

  Step forward(List<Tensor> inputs, NodeContext workspace) {
    List<Shape> shapes = inputs.stream().map(Tensor::shape).toList();
    Tensor y = workspace.output(output(shapes), inputs.getFirst().count());
    int channels = y.shape().size(0);
    Kernels kernels = workspace.kernels();
    Activation f = Elementwise.accepted(workspace);
    Bands.of(Broadcast.pixels(y.shape()), (long) channels * inputs.size())
        .run(
            workspace.workers(),
            y.count(),
            (n, from, to, worker) -> {
              sum(y, inputs, n, from * channels, to * channels, kernels);
              if (f != null) {
                int at = Broadcast.at(y, n) + from * channels;
                int length = (to - from) * channels;
                kernels.activate(f, y.array(), at, length, workspace.resources().scratch(), worker);
              }
            });
    return Step.of(workspace, y, dy -> backward(dy, shapes, workspace));
  }

  private static List<Tensor> backward(Tensor dy, List<Shape> shapes, NodeContext workspace) {
    List<Tensor> gradients = new ArrayList<>();
    for (int k = 0; k < shapes.size(); k++) {
      if (!Broadcast.isNarrow(shapes.get(k), dy.shape())) {
        gradients.add(dy);
        continue;
      }
      Tensor dx = workspace.inputGradient(k, shapes.get(k), dy.count());
      workspace
          .workers()
          .run(dy.count(), (n, worker) -> sumOfPixels(dx, dy, n, workspace.kernels()));
      gradients.add(dx);
    }
    return gradients;
  }

  /** Sums elements from (inclusive) to (exclusive) of an image; both lie between pixels. */
  private static void sum(Tensor y, List<Tensor> inputs, int n, int from, int to, Kernels kernels) {
    Tensor first = inputs.getFirst();
    int yAt = Broadcast.at(y, n);
    if (Broadcast.isNarrow(first.shape(), y.shape())) {
      Arrays.fill(y.array(), yAt + from, yAt + to, 0);
      accumulate(y, y, first, n, from, to, kernels);
      first = y;
    }
    for (int k = 1; k < inputs.size(); k++) {
      accumulate(y, k == 1 ? first : y, inputs.get(k), n, from, to, kernels);
    }
  }

  /** y = a + x, element by element, or with a narrow x at each pixel. */
  private static void accumulate(
      Tensor y, Tensor a, Tensor x, int n, int from, int to, Kernels kernels) {
    int yAt = Broadcast.at(y, n);
    int aAt = Broadcast.at(a, n);
    int xAt = Broadcast.at(x, n);
    if (!Broadcast.isNarrow(x.shape(), y.shape())) {
      kernels.sum(y.array(), yAt + from, a.array(), aAt + from, x.array(), xAt + from, to - from);
      return;
    }
    int length = x.shape().elements();
    for (int at = from; at < to; at += length) {
      kernels.sum(y.array(), yAt + at, a.array(), aAt + at, x.array(), xAt, length);
    }
  }

  private static void sumOfPixels(Tensor dx, Tensor dy, int n, Kernels kernels) {
    int channels = dx.shape().elements();
    int dxAt = Broadcast.at(dx, n);
    int dyAt = Broadcast.at(dy, n);
    int end = dyAt + dy.shape().elements();
    Arrays.fill(dx.array(), dxAt, dxAt + channels, 0);
    for (; dyAt < end; dyAt += channels) {
      kernels.sum(dx.array(), dxAt, dx.array(), dxAt, dy.array(), dyAt, channels);
    }
  }
}

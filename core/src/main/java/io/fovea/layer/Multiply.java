package io.fovea.layer;

import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The product of two inputs, element by element: y = a * b; da = dy * b, db = dy * a (ONNX Mul).
 * The inputs have one shape, or one of them is maps (C, H, W) and the other one number a channel,
 * (C) or (C, 1, 1), which multiplies every pixel and gets the sum over them, as in
 * squeeze-and-excitation blocks (Hu, Shen and Sun, arXiv 1709.01507, equation 4).
 */
public record Multiply() implements Layer {
  @Override
  public Shape output(List<Shape> inputs) {
    if (inputs.size() != 2) {
      throw new IllegalArgumentException("multiply expects 2 inputs, got " + inputs.size());
    }
    return Broadcast.output(type(), inputs);
  }

  @Override
  public Step forward(List<Tensor> inputs, Values weights, LayerContext context) {
    NodeContext workspace = (NodeContext) context;
    Tensor a = inputs.get(0);
    Tensor b = inputs.get(1);
    Tensor y = workspace.output(output(List.of(a.shape(), b.shape())), a.count());
    workspace.workers().run(y.count(), (n, worker) -> multiply(y, a, b, n));
    return Step.of(workspace, y, dy -> backward(dy, a, b, workspace));
  }

  private static List<Tensor> backward(Tensor dy, Tensor a, Tensor b, NodeContext workspace) {
    Tensor da = workspace.inputGradient(0, a.shape(), dy.count());
    Tensor db = workspace.inputGradient(1, b.shape(), dy.count());
    workspace
        .workers()
        .run(
            dy.count(),
            (n, worker) -> {
              gradient(da, dy, b, n);
              gradient(db, dy, a, n);
            });
    return List.of(da, db);
  }

  /** The gradient of one factor: of full maps, or summed over the pixels. */
  private static void gradient(Tensor dx, Tensor dy, Tensor other, int n) {
    if (Broadcast.isNarrow(dx.shape(), dy.shape())) {
      sumOfPixels(dx, dy, other, n);
    } else {
      multiply(dx, dy, other, n);
    }
  }

  /** y = a * b, where the shorter of a and b is repeated. */
  private static void multiply(Tensor y, Tensor a, Tensor b, int n) {
    int length = Math.min(a.shape().elements(), b.shape().elements());
    int aStep = a.shape().elements() == length ? 0 : length;
    int bStep = b.shape().elements() == length ? 0 : length;
    int aAt = Broadcast.at(a, n);
    int bAt = Broadcast.at(b, n);
    int yAt = Broadcast.at(y, n);
    int end = yAt + y.shape().elements();
    for (; yAt < end; yAt += length, aAt += aStep, bAt += bStep) {
      for (int i = 0; i < length; i++) {
        y.array()[yAt + i] = a.array()[aAt + i] * b.array()[bAt + i];
      }
    }
  }

  private static void sumOfPixels(Tensor dx, Tensor dy, Tensor other, int n) {
    int channels = dx.shape().elements();
    int dxAt = Broadcast.at(dx, n);
    int dyAt = Broadcast.at(dy, n);
    int at = Broadcast.at(other, n);
    int end = dyAt + dy.shape().elements();
    Arrays.fill(dx.array(), dxAt, dxAt + channels, 0);
    for (; dyAt < end; dyAt += channels, at += channels) {
      for (int c = 0; c < channels; c++) {
        dx.array()[dxAt + c] += dy.array()[dyAt + c] * other.array()[at + c];
      }
    }
  }
}

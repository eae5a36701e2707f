package io.fovea.layer;

import io.fovea.layer.context.NodeContext;
import io.fovea.parallel.Bands;
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

  Step forward(List<Tensor> inputs, NodeContext workspace) {
    Tensor a = inputs.get(0);
    Tensor b = inputs.get(1);
    Tensor y = workspace.output(output(List.of(a.shape(), b.shape())), a.count());
    multiply(y, a, b, workspace);
    return Step.of(workspace, y, dy -> backward(dy, a, b, workspace));
  }

  private static List<Tensor> backward(Tensor dy, Tensor a, Tensor b, NodeContext workspace) {
    Tensor da = workspace.inputGradient(0, a.shape(), dy.count());
    Tensor db = workspace.inputGradient(1, b.shape(), dy.count());
    gradient(da, dy, b, workspace);
    gradient(db, dy, a, workspace);
    return List.of(da, db);
  }

  /** The gradient of one factor: of full maps, or summed over the pixels. */
  private static void gradient(Tensor dx, Tensor dy, Tensor other, NodeContext workspace) {
    if (Broadcast.isNarrow(dx.shape(), dy.shape())) {
      workspace.workers().run(dy.count(), (n, worker) -> sumOfPixels(dx, dy, other, n, workspace));
    } else {
      multiply(dx, dy, other, workspace);
    }
  }

  /** y = a * b, where a narrow one of the two is repeated for each pixel. */
  private static void multiply(Tensor y, Tensor a, Tensor b, NodeContext workspace) {
    boolean swap = Broadcast.isNarrow(a.shape(), y.shape());
    Tensor full = swap ? b : a;
    Tensor other = swap ? a : b;
    boolean repeats = Broadcast.isNarrow(other.shape(), y.shape());
    int channels = y.shape().size(0);
    Bands.of(Broadcast.pixels(y.shape()), 2L * channels)
        .run(
            workspace.workers(),
            y.count(),
            (n, from, to, worker) -> {
              int first = from * channels;
              int length = to * channels - first;
              int yAt = Broadcast.at(y, n) + first;
              int at = Broadcast.at(full, n) + first;
              int otherAt = Broadcast.at(other, n) + (repeats ? 0 : first);
              workspace
                  .kernels()
                  .product(
                      y.array(),
                      yAt,
                      full.array(),
                      at,
                      other.array(),
                      otherAt,
                      length,
                      repeats ? channels : length);
            });
  }

  private static void sumOfPixels(
      Tensor dx, Tensor dy, Tensor other, int n, NodeContext workspace) {
    int channels = dx.shape().elements();
    int dxAt = Broadcast.at(dx, n);
    Arrays.fill(dx.array(), dxAt, dxAt + channels, 0);
    workspace
        .kernels()
        .addProducts(
            dx.array(),
            dxAt,
            dy.array(),
            Broadcast.at(dy, n),
            other.array(),
            Broadcast.at(other, n),
            dy.shape().elements(),
            channels);
  }
}

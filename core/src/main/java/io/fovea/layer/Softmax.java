package io.fovea.layer;

import io.fovea.kernel.op.UnaryKernel;
import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * Softmax over the channels of each pixel of (C, H, W), or over all features of a row: the outputs
 * are positive and sum to 1 (Bridle, "Probabilistic interpretation of feedforward classification
 * network outputs", 1990):
 *
 * <pre>
 * y[c] = exp(x[c] - m) / sum over k of exp(x[k] - m),   m = max x
 * dx[c] = y[c] * (dy[c] - sum over k of dy[k] * y[k])
 * </pre>
 *
 * For weights within a network, such as attention. Do not use it as the last layer: {@code
 * SoftmaxCrossEntropy} and {@code Classifier} take logits and compute the softmax themselves.
 */
public record Softmax() implements Layer {
  @Override
  public Shape output(List<Shape> inputs) {
    return Inputs.one(type(), inputs);
  }

  Step forward(Tensor x, NodeContext workspace) {
    UnaryKernel kernel = workspace.kernel(x.shape().size(0), workspace.kernels()::softmax);
    return Elementwise.forward(kernel, x, true, workspace);
  }
}

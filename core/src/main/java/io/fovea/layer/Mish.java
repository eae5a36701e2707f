package io.fovea.layer;

import io.fovea.kernel.Activation;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * Mish, element by element: y = x * w, w = tanh(log(1 + e^x)); dx = dy * (w + x * (1 - w^2) *
 * sigmoid(x)) (Misra, arXiv 1908.08681).
 */
public record Mish() implements Layer {
  @Override
  public String type() {
    return "mish";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Inputs.one(type(), inputs);
  }

  /** The function of each element. */
  Activation function() {
    return new Activation.Mish();
  }

  @Override
  public Step forward(List<Tensor> inputs, Values weights, Workspace.Node workspace) {
    return Elementwise.forward(function(), inputs.getFirst(), workspace);
  }
}

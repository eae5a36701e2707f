package io.fovea.layer;

import io.fovea.kernel.Activation;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * The Gaussian error linear unit, element by element: y = x * Phi(x), Phi(x) = (1 + erf(x / sqrt
 * 2)) / 2, the exact form; dx = dy * (Phi(x) + x * e^(-x^2/2) / sqrt(2 pi)) (Hendrycks and Gimpel,
 * arXiv 1606.08415).
 */
public record Gelu() implements Layer {
  @Override
  public String type() {
    return "gelu";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Inputs.one(type(), inputs);
  }

  /** The function of each element. */
  Activation function() {
    return new Activation.Gelu();
  }

  @Override
  public Step forward(List<Tensor> inputs, Values weights, Workspace.Node workspace) {
    return Elementwise.forward(function(), inputs.getFirst(), workspace);
  }
}

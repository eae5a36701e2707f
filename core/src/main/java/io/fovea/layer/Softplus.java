package io.fovea.layer;

import io.fovea.kernel.Activation;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * A smooth rectifier, element by element: y = log(1 + e^x); dx = dy * sigmoid(x) (Dugas et al.,
 * "Incorporating second-order functional knowledge for better option pricing", NIPS 2000).
 */
public record Softplus() implements Layer {
  @Override
  public String type() {
    return "softplus";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Inputs.one(type(), inputs);
  }

  /** The function of each element. */
  Activation function() {
    return new Activation.Softplus();
  }

  @Override
  public Step forward(List<Tensor> inputs, Values weights, Workspace.Node workspace) {
    return Elementwise.forward(function(), inputs.getFirst(), workspace);
  }
}

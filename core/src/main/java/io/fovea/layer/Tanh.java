package io.fovea.layer;

import io.fovea.kernel.Activation;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * The hyperbolic tangent, element by element: y = (e^x - e^-x) / (e^x + e^-x), from -1 to 1; dx =
 * dy * (1 - y^2) (LeCun et al., "Efficient backprop", 1998, section 4.4).
 */
public record Tanh() implements Layer {
  @Override
  public String type() {
    return "tanh";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Inputs.one(type(), inputs);
  }

  /** The function of each element. */
  Activation function() {
    return new Activation.Tanh();
  }

  @Override
  public Step forward(List<Tensor> inputs, Values weights, Workspace.Node workspace) {
    return Elementwise.forward(function(), inputs.getFirst(), workspace);
  }
}

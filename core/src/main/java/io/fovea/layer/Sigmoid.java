package io.fovea.layer;

import io.fovea.kernel.Activation;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * The logistic function, element by element: y = 1 / (1 + e^-x), from 0 to 1; dx = dy * y * (1 - y)
 * (Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors", Nature
 * 323, 1986, equation 2).
 */
public record Sigmoid() implements Layer {
  @Override
  public String type() {
    return "sigmoid";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Inputs.one(type(), inputs);
  }

  /** The function of each element. */
  Activation function() {
    return new Activation.Sigmoid();
  }

  @Override
  public Step forward(List<Tensor> inputs, Values weights, Workspace.Node workspace) {
    return Elementwise.forward(function(), inputs.getFirst(), workspace);
  }
}

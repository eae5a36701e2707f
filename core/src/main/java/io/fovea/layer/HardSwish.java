package io.fovea.layer;

import io.fovea.kernel.Activation;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * A swish of straight lines and a parabola, element by element: y = x * min(max(x + 3, 0), 6) / 6;
 * dx = 0 up to -3, dy from 3 on, dy * (x/3 + 1/2) between (Howard et al., arXiv 1905.02244, section
 * 5.2).
 */
public record HardSwish() implements Layer {
  @Override
  public String type() {
    return "hard_swish";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Inputs.one(type(), inputs);
  }

  /** The function of each element. */
  Activation function() {
    return new Activation.HardSwish();
  }

  @Override
  public Step forward(List<Tensor> inputs, Values weights, Workspace.Node workspace) {
    return Elementwise.forward(function(), inputs.getFirst(), workspace);
  }
}

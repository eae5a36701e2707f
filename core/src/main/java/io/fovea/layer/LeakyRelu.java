package io.fovea.layer;

import io.fovea.kernel.Activation;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * The leaky rectifier, element by element: y = x where x &gt; 0, slope * x elsewhere; dx = dy, or
 * slope * dy. No unit stays without a gradient (Maas, Hannun and Ng, "Rectifier nonlinearities
 * improve neural network acoustic models", ICML 2013).
 *
 * @param slope of the negative side
 */
public record LeakyRelu(float slope) implements Layer {

  /**
   * Checks the facts.
   *
   * @throws IllegalArgumentException if the slope is not finite
   */
  public LeakyRelu {
    Elementwise.requireFinite("leaky_relu", "slope", slope, "0.01");
  }

  /** With slope 0.01. */
  public LeakyRelu() {
    this(0.01f);
  }

  @Override
  public String type() {
    return "leaky_relu";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Inputs.one(type(), inputs);
  }

  /** The function of each element. */
  Activation function() {
    return new Activation.LeakyRelu(slope);
  }

  @Override
  public Step forward(List<Tensor> inputs, Values weights, Workspace.Node workspace) {
    return Elementwise.forward(function(), inputs.getFirst(), workspace);
  }
}

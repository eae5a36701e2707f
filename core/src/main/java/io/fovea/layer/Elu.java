package io.fovea.layer;

import io.fovea.kernel.Activation;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * The exponential linear unit, element by element: y = x where x &gt; 0, alpha * (e^x - 1)
 * elsewhere; dx = dy, or alpha * e^x * dy (Clevert, Unterthiner and Hochreiter, arXiv 1511.07289).
 *
 * @param alpha the negative side approaches -alpha
 */
public record Elu(float alpha) implements Layer {

  /**
   * Checks the facts.
   *
   * @throws IllegalArgumentException if alpha is not finite
   */
  public Elu {
    Elementwise.requireFinite("elu", "alpha", alpha, "1");
  }

  /** With alpha 1, which has no kink at 0. */
  public Elu() {
    this(1);
  }

  @Override
  public String type() {
    return "elu";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Inputs.one(type(), inputs);
  }

  /** The function of each element. */
  Activation function() {
    return new Activation.Elu(alpha);
  }

  @Override
  public Step forward(List<Tensor> inputs, Values weights, Workspace.Node workspace) {
    return Elementwise.forward(function(), inputs.getFirst(), workspace);
  }
}

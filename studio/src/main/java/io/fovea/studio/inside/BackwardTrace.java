package io.fovea.studio.inside;

import io.fovea.network.Weights;
import java.util.List;
import java.util.Map;

/**
 * The backward pass of one picture: the loss, the gradients of all nodes and trained parameters,
 * and what one step of gradient descent would change. Immutable.
 */
public final class BackwardTrace {
  private final double loss;
  private final ForwardTrace before;
  private final Map<String, float[]> gradients;
  private final Map<String, float[]> parameters;
  private final Weights stepped;
  private final ForwardTrace after;
  private final double lossAfter;

  BackwardTrace(
      double loss,
      ForwardTrace before,
      Map<String, float[]> gradients,
      Map<String, float[]> parameters,
      Weights stepped,
      ForwardTrace after,
      double lossAfter) {
    this.loss = loss;
    this.before = before;
    this.gradients = gradients;
    this.parameters = parameters;
    this.stepped = stepped;
    this.after = after;
    this.lossAfter = lossAfter;
  }

  /** The loss -log p[label] before the step. */
  public double loss() {
    return loss;
  }

  /** The loss after the step. */
  public double lossAfter() {
    return lossAfter;
  }

  /** The forward pass that the gradients belong to. */
  public ForwardTrace before() {
    return before;
  }

  /** The forward pass of the same picture with the weights after the step. */
  public ForwardTrace after() {
    return after;
  }

  /** The weights after the step. */
  public Weights stepped() {
    return stepped;
  }

  /** The names of the trained parameters, in the network's order. */
  public List<String> parameters() {
    return List.copyOf(parameters.keySet());
  }

  /**
   * d loss / d value of a node or of the input, in logical order, as a copy.
   *
   * @throws IllegalArgumentException if there is no such node
   */
  public float[] gradient(String node) {
    return found(gradients, node).clone();
  }

  /**
   * d loss / d parameter, in logical order, as a copy.
   *
   * @throws IllegalArgumentException if no such parameter is trained
   */
  public float[] parameterGradient(String name) {
    return found(parameters, name).clone();
  }

  private static float[] found(Map<String, float[]> all, String name) {
    float[] values = all.get(name);
    if (values == null) {
      throw new IllegalArgumentException(
          "backward: nothing named \"%s\" has a gradient; there are %s"
              .formatted(name, all.keySet()));
    }
    return values;
  }
}

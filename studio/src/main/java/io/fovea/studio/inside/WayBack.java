package io.fovea.studio.inside;

import io.fovea.network.Weights;
import java.util.List;
import java.util.Map;

/**
 * What the backward pass of one picture says, and what one step of gradient descent would change.
 * Immutable.
 */
public final class WayBack {
  private final double loss;
  private final Pass before;
  private final Map<String, float[]> gradients;
  private final Map<String, float[]> parameters;
  private final Weights stepped;
  private final Pass after;
  private final double lossAfter;

  WayBack(
      double loss,
      Pass before,
      Map<String, float[]> gradients,
      Map<String, float[]> parameters,
      Weights stepped,
      Pass after,
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

  /** The same after it. */
  public double lossAfter() {
    return lossAfter;
  }

  /** The pass that the gradients belong to. */
  public Pass before() {
    return before;
  }

  /** The same picture through the stepped copy. */
  public Pass after() {
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

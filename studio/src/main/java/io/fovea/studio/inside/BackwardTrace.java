package io.fovea.studio.inside;

import io.fovea.network.Weights;
import java.util.List;
import java.util.Map;

/**
 * The backward pass of one picture: the loss, the gradients of all nodes and trained parameters,
 * and the effect of one step of gradient descent. Its arrays are for reading.
 *
 * @param loss the loss before the step
 * @param before the forward pass of the gradients
 * @param stepped the weights after the step
 * @param after the forward pass of the same picture with the weights after the step
 */
public record BackwardTrace(
    double loss,
    ForwardTrace before,
    Map<String, float[]> gradients,
    Map<String, float[]> parameterGradients,
    Weights stepped,
    ForwardTrace after,
    double lossAfter) {
  /** The names of the trained parameters, in the network's order. */
  public List<String> parameters() {
    return List.copyOf(parameterGradients.keySet());
  }

  /**
   * d loss / d value of a node or of the input, in logical order, for reading.
   *
   * @throws IllegalArgumentException if there is no such node
   */
  public float[] gradient(String node) {
    return found(gradients, node);
  }

  /**
   * d loss / d parameter, in logical order, for reading.
   *
   * @throws IllegalArgumentException if no such parameter is trained
   */
  public float[] parameterGradient(String name) {
    return found(parameterGradients, name);
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

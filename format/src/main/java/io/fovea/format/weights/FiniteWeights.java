package io.fovea.format.weights;

import io.fovea.format.FormatException;
import io.fovea.network.Weights;

/** Refuses the weights of a diverged training, of which a network computes NaN. */
public final class FiniteWeights {
  private FiniteWeights() {}

  /** The weights; throws where a value is NaN or infinite, and names the weight. */
  public static Weights require(String place, Weights weights) throws FormatException {
    for (String weight : weights.names()) {
      for (float value : weights.shared(weight)) {
        if (!Float.isFinite(value)) {
          throw new FormatException(
              "%s: expects finite weights, got %s in %s, so predictions would be NaN; give a model from before its training diverged"
                  .formatted(place, value, weight));
        }
      }
    }
    return weights;
  }
}

package io.fovea.network;

import io.fovea.layer.Parameter;
import io.fovea.range.Ranges;

/**
 * How weights begin: normally distributed around zero with a deviation that depends on the layer's
 * size. Biases begin at zero, the scales of a normalisation at one. Values are keyed by (seed,
 * weight's name, index in logical order), so a network begins the same whatever else is built.
 */
public sealed interface Initializer {
  default double deviation(Parameter weight) {
    return switch (this) {
      case He _ -> Math.sqrt(2.0 / weight.fanIn());
      case Xavier _ -> Math.sqrt(2.0 / (weight.fanIn() + weight.fanOut()));
      case Normal normal -> normal.value;
    };
  }

  /**
   * sqrt(2 / fanIn): keeps the size of values through ReLUs (He et al., arXiv 1502.01852, equation
   * 10).
   */
  static Initializer he() {
    return new He();
  }

  /** sqrt(2 / (fanIn + fanOut)) (Glorot and Bengio, AISTATS 2010, equation 12). */
  static Initializer xavier() {
    return new Xavier();
  }

  /**
   * One deviation for every weight.
   *
   * @throws IllegalArgumentException if the deviation is negative or not finite
   */
  static Initializer normal(double deviation) {
    return new Normal(deviation);
  }

  record He() implements Initializer {}

  record Xavier() implements Initializer {}

  /**
   * See {@link Initializer#normal(double)}.
   *
   * @param value the deviation
   */
  record Normal(double value) implements Initializer {
    public Normal {
      Ranges.notNegative("initializer: the deviation", value);
    }
  }
}

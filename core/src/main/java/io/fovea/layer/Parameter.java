package io.fovea.layer;

import io.fovea.tensor.Shape;

/**
 * The facts of one weight of a layer; its values live elsewhere.
 *
 * @param name within the layer, such as "weight" or "bias"
 * @param shape in logical order: (O, C/groups, KH, KW) for convolutions, (out, in) for dense layers
 * @param role what it is for
 * @param fanIn inputs of one output unit, for initialisation
 * @param fanOut outputs that one input unit reaches, for initialisation
 */
public record Parameter(String name, Shape shape, Role role, int fanIn, int fanOut) {
  /** What a parameter is for: L2 regularisation applies to weights only. */
  public enum Role {
    /** Multiplies inputs: initialised at random, regularised by L2. */
    WEIGHT,
    /** Is added: starts at zero, not regularised by L2. */
    BIAS
  }
}

package io.fovea.layer;

import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Shape;
import java.util.List;

/**
 * The description of one parameter or buffer of a layer, without its values.
 *
 * @param name within the layer, such as "weight" or "bias"
 * @param shape in logical order: (O, C/groups, KH, KW) for convolutions, (out, in) for dense layers
 * @param role what it is for
 * @param fanIn inputs of one output unit, for initialisation
 * @param fanOut outputs that one input unit reaches, for initialisation
 */
public record Parameter(String name, Shape shape, Role role, int fanIn, int fanOut) {
  /** This parameter, followed by a bias of {@code values} values if there is one. */
  List<Parameter> and(boolean bias, int values) {
    return bias
        ? List.of(this, new Parameter("bias", Shape.of(values), Role.BIAS, fanIn, fanOut))
        : List.of(this);
  }

  /**
   * The purpose of the values, their initial value, and whether they are trained: have a gradient
   * and are changed by the optimiser. A value that is not trained is a buffer: a training pass
   * writes its next value to the workspace ({@link NodeContext#next(String, int)}), and the trainer
   * stores it once a step. L2 regularisation applies to weights only.
   */
  public enum Role {
    /** A weight of a sum of products: initialised at random, regularised by L2. */
    WEIGHT(0, true),
    /** A bias: starts at zero, not regularised by L2. */
    BIAS(0, true),
    /** The scale of normalised values: starts at one, not regularised by L2. */
    SCALE(1, true),
    /** The slope of a rectifier's negative side: starts at 0.25, not regularised by L2. */
    SLOPE(0.25f, true),
    /** A running mean: a buffer that starts at zero. */
    MEAN(0, false),
    /** A running variance: a buffer that starts at one. */
    VARIANCE(1, false),
    /**
     * A count, one integer: a buffer that starts at zero. Files store it as a 64-bit integer; as a
     * float it is exact up to 2^24.
     */
    COUNT(0, false);

    private final float initial;
    private final boolean trained;

    Role(float initial, boolean trained) {
      this.initial = initial;
      this.trained = trained;
    }

    /** The initial value; weights are random numbers around it. */
    public float initial() {
      return initial;
    }

    /** False for buffers. */
    public boolean isTrained() {
      return trained;
    }
  }
}

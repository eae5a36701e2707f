package io.fovea.layer;

import io.fovea.layer.workspace.NodeContext;
import io.fovea.tensor.Shape;
import java.util.List;

/**
 * The facts of one parameter or buffer of a layer; its values live elsewhere.
 *
 * @param name within the layer, such as "weight" or "bias"
 * @param shape in logical order: (O, C/groups, KH, KW) for convolutions, (out, in) for dense layers
 * @param role what it is for
 * @param fanIn inputs of one output unit, for initialisation
 * @param fanOut outputs that one input unit reaches, for initialisation
 */
public record Parameter(String name, Shape shape, Role role, int fanIn, int fanOut) {
  /** This one, with a bias of so many values behind it unless there is none. */
  List<Parameter> and(boolean bias, int values) {
    return bias
        ? List.of(this, new Parameter("bias", Shape.of(values), Role.BIAS, fanIn, fanOut))
        : List.of(this);
  }

  /**
   * What the values are for, where they begin, and whether they are trained: have a gradient, and
   * are changed by the optimiser. What is not trained is a buffer: a training pass leaves its next
   * value in the workspace ({@link NodeContext#next(String, int)}), and the trainer takes that over
   * once a step. L2 regularisation applies to weights only.
   */
  public enum Role {
    /** Multiplies inputs: initialised at random, regularised by L2. */
    WEIGHT(0, true),
    /** Is added: starts at zero, not regularised by L2. */
    BIAS(0, true),
    /** Multiplies what is normalised: starts at one, not regularised by L2. */
    SCALE(1, true),
    /** The slope of a rectifier's negative side: starts at a quarter, not regularised by L2. */
    SLOPE(0.25f, true),
    /** A running mean: a buffer that starts at zero. */
    MEAN(0, false),
    /** A running variance: a buffer that starts at one. */
    VARIANCE(1, false),
    /**
     * A count, one whole number: a buffer that starts at zero. Files have it as a 64-bit integer;
     * as a float it is exact up to 2^24.
     */
    COUNT(0, false);

    private final float initial;
    private final boolean trained;

    Role(float initial, boolean trained) {
      this.initial = initial;
      this.trained = trained;
    }

    /** The value to start from; a weight's are random numbers around it. */
    public float initial() {
      return initial;
    }

    /** False for buffers. */
    public boolean isTrained() {
      return trained;
    }
  }
}

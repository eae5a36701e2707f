package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.NdArray;
import java.util.List;

/** What an operator of ONNX computes. */
@FunctionalInterface
interface Operator {
  /**
   * The outputs of a node, as many as the operator has; the last may be missing where they are
   * optional.
   *
   * @throws IllegalArgumentException if inputs or attributes do not fit
   */
  List<NdArray> apply(Call call);

  /** An operator of one output. */
  @FunctionalInterface
  interface Single {
    /** The output. */
    NdArray apply(Call call);
  }

  /** An operator of one output. */
  static Operator of(Single single) {
    return call -> List.of(single.apply(call));
  }
}

package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.value.NdArray;
import java.util.List;

/** The implementation of an ONNX operator. */
@FunctionalInterface
interface Operator {
  /**
   * The outputs of a node, as many as the operator has; optional ones at the end may be missing.
   *
   * @throws IllegalArgumentException if inputs or attributes do not fit
   * @throws UnsupportedOperationException if no layer computes it
   */
  List<NdArray> apply(OperatorContext context);

  @FunctionalInterface
  interface Single {
    NdArray apply(OperatorContext context);
  }

  static Operator of(Single single) {
    return context -> List.of(single.apply(context));
  }
}

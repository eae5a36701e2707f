package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.value.NdArray;
import java.util.Map;

/**
 * Softmax: y = e^x / sum of e^x along an axis, and its logarithm. Before version 13 the input was
 * treated as a matrix whose rows begin at the axis.
 */
final class SoftmaxOperators {
  private SoftmaxOperators() {}

  static void register(Map<String, Operator> table) {
    table.put("Softmax", Operator.of(call -> softmax(call, false)));
    table.put("LogSoftmax", Operator.of(call -> softmax(call, true)));
  }

  private static NdArray softmax(Call call, boolean log) {
    NdArray x = call.in(0);
    if (!x.type().isFloating()) {
      throw call.error("expects float, got " + x);
    }
    boolean matrix = call.opset() < 13;
    int axis = call.axis("axis", matrix ? 1 : -1, Math.max(x.rank(), 1));
    int length =
        x.rank() == 0 ? 1 : matrix ? Strided.product(x.dims(), axis, x.rank()) : x.dim(axis);
    int inner = matrix || x.rank() == 0 ? 1 : Strided.product(x.dims(), axis + 1, x.rank());
    NdArray y = NdArray.zeros(x.type(), x.dims());
    if (y.size() == 0) {
      return y;
    }
    call.workers()
        .run(
            x.size() / length,
            (row, worker) ->
                row(x, y, row / inner * length * inner + row % inner, inner, length, log));
    return y;
  }

  /** Shifted by the largest, so that nothing overflows. */
  private static void row(NdArray x, NdArray y, int from, int step, int length, boolean log) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < length; i++) {
      max = Math.max(max, x.doubleAt(from + i * step));
    }
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += Math.exp(x.doubleAt(from + i * step) - max);
    }
    double logSum = Math.log(sum);
    for (int i = 0; i < length; i++) {
      double shifted = x.doubleAt(from + i * step) - max;
      Elements.set(y, from + i * step, log ? shifted - logSum : Math.exp(shifted) / sum);
    }
  }
}

package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.value.NdArray;
import io.fovea.layer.Softmax;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;

/** Reductions along axes, and softmax, summed in double in memory order. */
final class ReductionOperators {
  private ReductionOperators() {}

  /**
   * A reduction: an initial value, a function of it and an element, and a final function of the
   * result and the count.
   */
  private record Reduction(
      double start,
      DoubleBinaryOperator take,
      DoubleBinaryOperator finish,
      LongBinaryOperator whole) {}

  static void register(Map<String, Operator> table) {
    DoubleBinaryOperator same = (sum, count) -> sum;
    put(table, "ReduceSum", new Reduction(0, Double::sum, same, Long::sum));
    put(table, "ReduceMean", new Reduction(0, Double::sum, (sum, n) -> sum / n, Long::sum));
    put(table, "ReduceMax", new Reduction(Double.NEGATIVE_INFINITY, Math::max, same, Math::max));
    put(table, "ReduceMin", new Reduction(Double.POSITIVE_INFINITY, Math::min, same, Math::min));
    put(table, "ReduceProd", new Reduction(1, (s, x) -> s * x, same, (s, x) -> s * x));
    put(
        table,
        "ReduceL1",
        new Reduction(0, (s, x) -> s + Math.abs(x), same, (s, x) -> s + Math.abs(x)));
    DoubleBinaryOperator square = (s, x) -> s + x * x;
    LongBinaryOperator wholeSquare = (s, x) -> s + x * x;
    put(table, "ReduceSumSquare", new Reduction(0, square, same, wholeSquare));
    put(table, "ReduceL2", new Reduction(0, square, (s, n) -> Math.sqrt(s), wholeSquare));
    put(
        table,
        "ReduceLogSum",
        new Reduction(0, Double::sum, (s, n) -> StrictMath.log(s), Long::sum));
    table.put("ReduceLogSumExp", Operator.of(ReductionOperators::logSumExp));
    table.put("ArgMax", Operator.of(context -> arg(context, 1)));
    table.put("ArgMin", Operator.of(context -> arg(context, -1)));
    table.put("Softmax", Operator.of(context -> softmax(context, false)));
    table.put("LogSoftmax", Operator.of(context -> softmax(context, true)));
  }

  private static void put(Map<String, Operator> table, String name, Reduction reduction) {
    table.put(name, Operator.of(context -> reduced(context, name, reduction)));
  }

  /** The input with the reduced axes last, so that each result is computed from one row. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record ReducedRows(NdArray x, int[] dims, int rows, int length) {
    static ReducedRows of(OperatorContext context, NdArray x, boolean[] reduced) {
      boolean keep = context.node().integer("keepdims", 1) != 0;
      List<Integer> order = new ArrayList<>();
      List<Integer> dims = new ArrayList<>();
      int length = 1;
      for (int axis = 0; axis < x.rank(); axis++) {
        if (!reduced[axis]) {
          order.add(axis);
          dims.add(x.dim(axis));
        } else if (keep) {
          dims.add(1);
        }
      }
      for (int axis = 0; axis < x.rank(); axis++) {
        if (reduced[axis]) {
          order.add(axis);
          length *= x.dim(axis);
        }
      }
      int[] kept = dims.stream().mapToInt(Integer::intValue).toArray();
      NdArray moved = Strided.transposed(x, order.stream().mapToInt(Integer::intValue).toArray());
      return new ReducedRows(moved, kept, (int) NdArray.sizeOf(kept), length);
    }
  }

  private static boolean[] axes(OperatorContext context, NdArray x) {
    long[] axes = context.list("axes", 1);
    boolean[] reduced = new boolean[x.rank()];
    boolean all = axes == null || axes.length == 0;
    if (all && context.node().integer("noop_with_empty_axes", 0) == 0) {
      Arrays.fill(reduced, true);
    } else if (axes != null) {
      for (long axis : axes) {
        reduced[context.axis(axis, x.rank())] = true;
      }
    }
    return reduced;
  }

  private static NdArray reduced(OperatorContext context, String name, Reduction reduction) {
    NdArray x = context.in(0);
    ReducedRows rows = ReducedRows.of(context, x, axes(context, x));
    NdArray y = NdArray.zeros(x.type(), rows.dims());
    boolean whole =
        !x.type().isFloating() && !name.equals("ReduceL2") && !name.equals("ReduceLogSum");
    context
        .workers()
        .run(
            rows.rows(),
            (row, worker) -> {
              int from = row * rows.length();
              if (whole) {
                TypedStore.set(y, row, wholeRow(rows, from, name, reduction));
              } else {
                double sum = reduction.start();
                for (int i = 0; i < rows.length(); i++) {
                  sum = reduction.take().applyAsDouble(sum, rows.x().doubleAt(from + i));
                }
                TypedStore.set(y, row, reduction.finish().applyAsDouble(sum, rows.length()));
              }
            });
    return y;
  }

  private static long wholeRow(ReducedRows rows, int from, String name, Reduction reduction) {
    long sum =
        switch (name) {
          case "ReduceMax" -> Long.MIN_VALUE;
          case "ReduceMin" -> Long.MAX_VALUE;
          case "ReduceProd" -> 1;
          default -> 0;
        };
    for (int i = 0; i < rows.length(); i++) {
      sum = reduction.whole().applyAsLong(sum, rows.x().longAt(from + i));
    }
    return name.equals("ReduceMean") ? sum / Math.max(1, rows.length()) : sum;
  }

  /** Shifted by the largest element, so that nothing overflows. */
  private static NdArray logSumExp(OperatorContext context) {
    NdArray x = context.in(0);
    ReducedRows rows = ReducedRows.of(context, x, axes(context, x));
    NdArray y = NdArray.zeros(x.type(), rows.dims());
    for (int row = 0; row < rows.rows(); row++) {
      int from = row * rows.length();
      double max = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < rows.length(); i++) {
        max = Math.max(max, rows.x().doubleAt(from + i));
      }
      double shift = Double.isInfinite(max) ? 0 : max;
      DoubleUnaryOperator exp = v -> StrictMath.exp(v - shift);
      double sum = 0;
      for (int i = 0; i < rows.length(); i++) {
        sum += exp.applyAsDouble(rows.x().doubleAt(from + i));
      }
      TypedStore.set(y, row, StrictMath.log(sum) + shift);
    }
    return y;
  }

  /** The index of the largest (sign 1) or smallest (-1): the first, or the last on request. */
  private static NdArray arg(OperatorContext context, int sign) {
    NdArray x = context.in(0);
    boolean[] reduced = new boolean[x.rank()];
    reduced[context.axis("axis", 0, x.rank())] = true;
    ReducedRows rows = ReducedRows.of(context, x, reduced);
    boolean last = context.node().integer("select_last_index", 0) != 0;
    if (rows.length() == 0) {
      throw context.error("looks for the largest of no elements: " + x);
    }
    long[] y = new long[rows.rows()];
    for (int row = 0; row < y.length; row++) {
      int from = row * rows.length();
      for (int i = 1; i < rows.length(); i++) {
        int order =
            x.type().isFloating()
                ? compare(rows.x().doubleAt(from + i), rows.x().doubleAt(from + (int) y[row]))
                : Long.compare(rows.x().longAt(from + i), rows.x().longAt(from + (int) y[row]));
        if (order * sign > 0 || (last && order == 0)) {
          y[row] = i;
        }
      }
    }
    return NdArray.of(rows.dims(), y);
  }

  /** Zeros of both signs are equal. */
  private static int compare(double a, double b) {
    return a == b ? 0 : Double.compare(a, b);
  }

  /**
   * y = e^x / sum of e^x along an axis, or its logarithm. Before version 13 the input was treated
   * as a matrix whose rows begin at the axis.
   */
  private static NdArray softmax(OperatorContext context, boolean log) {
    NdArray x = context.floats(0);
    boolean matrix = context.opset() < 13;
    int axis = context.axis("axis", matrix ? 1 : -1, Math.max(x.rank(), 1));
    if (x.size() == 0) {
      return x;
    }
    int[] dims = x.rank() == 0 ? new int[] {1} : x.dims();
    int length = matrix ? Strided.product(dims, axis, dims.length) : dims[axis];
    int inner = matrix ? 1 : Strided.product(dims, axis + 1, dims.length);
    if (!log) {
      return LayerPass.run(context, new Softmax(), x, Shape.of(length, inner, 1))
          .reshaped(x.dims());
    }
    float[] y = new float[x.size()];
    for (int row = 0; row < y.length / length; row++) {
      logSoftmax(x.floats(), y, row / inner * length * inner + row % inner, inner, length);
    }
    return NdArray.of(x.dims(), y);
  }

  private static void logSoftmax(float[] x, float[] y, int from, int step, int length) {
    double[] row = new double[length];
    Arrays.setAll(row, i -> x[from + i * step]);
    SoftmaxCrossEntropy.logProbabilities(row, row);
    for (int i = 0; i < length; i++) {
      y[from + i * step] = (float) row[i];
    }
  }
}

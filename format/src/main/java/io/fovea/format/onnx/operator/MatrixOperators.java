package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.value.NdArray;
import io.fovea.layer.Dense;
import io.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** MatMul and Gemm, by core's dense layer. */
final class MatrixOperators {
  private MatrixOperators() {}

  static void register(Map<String, Operator> table) {
    table.put("MatMul", Operator.of(MatrixOperators::matMul));
    table.put("Gemm", Operator.of(MatrixOperators::gemm));
  }

  /** As numpy.matmul: batches of matrices are broadcast, a vector is a row (left) or a column. */
  private static NdArray matMul(OperatorContext context) {
    NdArray a = context.floats(0);
    NdArray b = context.floats(1);
    if (a.rank() == 0 || b.rank() == 0) {
      throw context.error("cannot multiply %s and %s".formatted(a, b));
    }
    NdArray left = a.rank() == 1 ? a.reshaped(1, a.size()) : a;
    NdArray right = b.rank() == 1 ? b.reshaped(b.size(), 1) : b;
    int rows = left.dim(left.rank() - 2);
    int inner = left.dim(left.rank() - 1);
    int columns = right.dim(right.rank() - 1);
    if (right.dim(right.rank() - 2) != inner) {
      throw context.error("cannot multiply %s and %s".formatted(a, b));
    }
    NdArray stackA = NdArray.of(stack(left), new int[count(left)]);
    NdArray stackB = NdArray.of(stack(right), new int[count(right)]);
    int[] outer = Broadcasting.dims(context, List.of(stackA, stackB));
    long[] dims = Arrays.copyOf(Arrays.stream(outer).asLongStream().toArray(), outer.length + 2);
    dims[outer.length] = rows;
    dims[outer.length + 1] = columns;
    int[] checked = context.dims(dims);
    int[] result = shape(a, b, checked);
    if (inner == 0 || NdArray.sizeOf(result) == 0) {
      return NdArray.zeros(a.type(), result);
    }
    if (count(right) == 1) {
      return product(context, left, columns, () -> transposed(right, 0)).reshaped(result);
    }
    NdArray y = NdArray.zeros(a.type(), checked);
    OperatorContext each = context.keepingNothing();
    Broadcasting.walk(
        stackA,
        stackB,
        outer,
        (atA, stepA, atB, stepB, at, count) -> {
          for (int i = 0; i < count; i++) {
            int matrix = atB + i * stepB;
            int from = (atA + i * stepA) * rows * inner;
            float[] one = Arrays.copyOfRange(left.floats(), from, from + rows * inner);
            NdArray c =
                product(
                    each,
                    NdArray.of(new int[] {rows, inner}, one),
                    columns,
                    () -> transposed(right, matrix));
            System.arraycopy(c.floats(), 0, y.floats(), (at + i) * c.size(), c.size());
          }
        });
    return y.reshaped(result);
  }

  private static NdArray transposed(NdArray stack, int index) {
    int rows = stack.dim(stack.rank() - 2);
    int columns = stack.dim(stack.rank() - 1);
    return Strided.copy(stack, index * rows * columns, new int[] {1, columns}, columns, rows);
  }

  /** The rows of a by the rows of b, as many as there are columns, by core's dense layer. */
  private static NdArray product(
      OperatorContext context, NdArray a, int columns, Supplier<NdArray> b) {
    Shape row = Shape.of(a.dim(a.rank() - 1));
    Dense dense = new Dense(columns, false);
    return LayerPass.run(context, dense, a, row, () -> Map.of("weight", b.get().floats()));
  }

  private static int[] stack(NdArray x) {
    return Arrays.copyOf(x.dims(), x.rank() - 2);
  }

  private static int count(NdArray x) {
    return Strided.product(x.dims(), 0, x.rank() - 2);
  }

  /** The shape without the dimension that was added to a vector. */
  private static int[] shape(NdArray a, NdArray b, int[] dims) {
    int[] shape = b.rank() == 1 ? Arrays.copyOf(dims, dims.length - 1) : dims;
    if (a.rank() > 1) {
      return shape;
    }
    int row = dims.length - 2;
    int[] without = new int[shape.length - 1];
    System.arraycopy(shape, 0, without, 0, row);
    System.arraycopy(shape, row + 1, without, row, without.length - row);
    return without;
  }

  /** y = alpha a b + beta c, with a or b transposed on request. */
  private static NdArray gemm(OperatorContext context) {
    NdArray given = matrix(context, 0);
    NdArray a = context.node().integer("transA", 0) != 0 ? Strided.transposed(given, 1, 0) : given;
    NdArray b = matrix(context, 1);
    boolean transposed = context.node().integer("transB", 0) != 0;
    int inner = a.dim(1);
    int columns = b.dim(transposed ? 0 : 1);
    if (b.dim(transposed ? 1 : 0) != inner) {
      throw context.error("cannot multiply %s and %s".formatted(context.in(0), context.in(1)));
    }
    NdArray y =
        inner == 0 || columns == 0
            ? NdArray.zeros(a.type(), context.dims(a.dim(0), columns))
            : product(context, a, columns, () -> transposed ? b : transposed(b, 0));
    NdArray c = context.optional(2);
    float alpha = context.node().number("alpha", 1);
    float beta = context.node().number("beta", 1);
    if (c == null) {
      return alpha == 1 ? y : UnaryOperators.mapped(context.workers(), y, v -> alpha * v, null);
    }
    if (!Arrays.equals(Broadcasting.dims(context, List.of(y, c)), y.dims())) {
      throw context.error("cannot add %s to %s".formatted(c, y));
    }
    return BinaryOperators.combined(
        context, y, c, y.type(), (p, q) -> alpha * p + beta * q, Long::sum);
  }

  /** Before version 7, inputs of more dimensions were treated as matrices. */
  private static NdArray matrix(OperatorContext context, int index) {
    NdArray x = context.floats(index);
    if (x.rank() == 2) {
      return x;
    }
    if (context.opset() >= 7 || x.rank() < 2) {
      throw context.error("expects matrices, got " + x);
    }
    return x.reshaped(x.dim(0), Strided.product(x.dims(), 1, x.rank()));
  }
}

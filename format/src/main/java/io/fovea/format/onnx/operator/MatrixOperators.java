package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.value.NdArray;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** MatMul and Gemm. */
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
    NdArray y = NdArray.zeros(a.type(), context.dims(dims));
    if (y.size() == 0) {
      return y.reshaped(shape(a, b, y.dims()));
    }
    Broadcasting.walk(
        stackA,
        stackB,
        outer,
        (aOffset, aStride, bOffset, bStride, cOffset, count) -> {
          for (int i = 0; i < count; i++) {
            MatrixProduct.add(
                context.workers(),
                a.floats(),
                b.floats(),
                y.floats(),
                new MatrixProduct.Layout(
                    (aOffset + i * aStride) * rows * inner,
                    (bOffset + i * bStride) * inner * columns,
                    (cOffset + i) * rows * columns,
                    rows,
                    inner,
                    columns));
          }
        });
    return y.reshaped(shape(a, b, y.dims()));
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
    NdArray a = matrix(context, 0);
    NdArray b = matrix(context, 1);
    if (context.node().integer("transA", 0) != 0) {
      a = Strided.transposed(a, 1, 0);
    }
    boolean transposed = context.node().integer("transB", 0) != 0;
    int inner = a.dim(1);
    int columns = b.dim(transposed ? 0 : 1);
    if (b.dim(transposed ? 1 : 0) != inner) {
      throw context.error("cannot multiply %s and %s".formatted(context.in(0), context.in(1)));
    }
    NdArray y = NdArray.zeros(a.type(), context.dims(a.dim(0), columns));
    MatrixProduct.Layout layout = new MatrixProduct.Layout(0, 0, 0, a.dim(0), inner, columns);
    if (transposed) {
      MatrixProduct.addTransposed(context.workers(), a.floats(), b.floats(), y.floats(), layout);
    } else {
      MatrixProduct.add(context.workers(), a.floats(), b.floats(), y.floats(), layout);
    }
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

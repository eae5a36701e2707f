package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.NdArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/**
 * Functions of two elements with broadcasting: floats are computed in double and rounded once,
 * which for sums, products and quotients is what float arithmetic gives.
 */
final class BinaryOperators {
  private BinaryOperators() {}

  static void register(Map<String, Operator> table) {
    table.put("Add", arithmetic(Double::sum, Long::sum));
    table.put("Sub", arithmetic((a, b) -> a - b, (a, b) -> a - b));
    table.put("Mul", arithmetic((a, b) -> a * b, (a, b) -> a * b));
    table.put("Div", arithmetic((a, b) -> a / b, (a, b) -> a / b));
    table.put("Mod", Operator.of(BinaryOperators::mod));
    table.put("Pow", Operator.of(BinaryOperators::pow));
    table.put("PRelu", Operator.of(BinaryOperators::prelu));
    table.put("Max", variadic(Math::max, Math::max));
    table.put("Min", variadic(Math::min, Math::min));
    table.put("Sum", variadic(Double::sum, Long::sum));
    table.put("Mean", Operator.of(BinaryOperators::mean));
    table.put("Equal", comparison((a, b) -> a == b ? 1 : 0, (a, b) -> a == b ? 1 : 0));
    table.put("Greater", comparison((a, b) -> a > b ? 1 : 0, (a, b) -> a > b ? 1 : 0));
    table.put("Less", comparison((a, b) -> a < b ? 1 : 0, (a, b) -> a < b ? 1 : 0));
    table.put("GreaterOrEqual", comparison((a, b) -> a >= b ? 1 : 0, (a, b) -> a >= b ? 1 : 0));
    table.put("LessOrEqual", comparison((a, b) -> a <= b ? 1 : 0, (a, b) -> a <= b ? 1 : 0));
    table.put("And", comparison((a, b) -> a * b, (a, b) -> a & b));
    table.put("Or", comparison(Math::max, (a, b) -> a | b));
    table.put("Xor", comparison((a, b) -> a == b ? 0 : 1, (a, b) -> a ^ b));
    table.put("Where", Operator.of(BinaryOperators::where));
  }

  private static Operator arithmetic(DoubleBinaryOperator real, LongBinaryOperator whole) {
    return Operator.of(context -> paired(context, context.in(0).type(), real, whole));
  }

  private static Operator comparison(DoubleBinaryOperator real, LongBinaryOperator whole) {
    return Operator.of(context -> paired(context, ElementType.BOOL, real, whole));
  }

  private static NdArray paired(
      OperatorContext context,
      ElementType type,
      DoubleBinaryOperator real,
      LongBinaryOperator whole) {
    NdArray a = context.in(0);
    return combined(context, a, aligned(context, a, context.in(1)), type, real, whole);
  }

  /**
   * The second input before version 7, if broadcasting was requested: its dimensions are aligned at
   * an axis of the first, or at its end.
   */
  private static NdArray aligned(OperatorContext context, NdArray a, NdArray b) {
    if (context.opset() >= 7 || !context.node().has("axis") || b.rank() == 0) {
      return b;
    }
    int axis = context.axis("axis", 0, a.rank());
    if (axis + b.rank() > a.rank()) {
      throw context.error("%s does not fit %s at axis %d".formatted(b, a, axis));
    }
    int[] dims = new int[a.rank() - axis];
    Arrays.fill(dims, 1);
    System.arraycopy(b.dims(), 0, dims, 0, b.rank());
    return b.reshaped(dims);
  }

  /** The function of each pair in the common shape. */
  static NdArray combined(
      OperatorContext context,
      NdArray a,
      NdArray b,
      ElementType type,
      DoubleBinaryOperator real,
      LongBinaryOperator whole) {
    if (a.type() != b.type()) {
      throw context.error("expects inputs of one type, got %s and %s".formatted(a, b));
    }
    int[] dims = Broadcasting.dims(context, List.of(a, b));
    NdArray y = NdArray.zeros(type, dims);
    if (a.type() == ElementType.FLOAT && type == ElementType.FLOAT) {
      float[] u = a.floats();
      float[] v = b.floats();
      float[] out = y.floats();
      Broadcasting.walk(
          a,
          b,
          dims,
          (atA, stepA, atB, stepB, at, count) -> {
            for (int i = 0; i < count; i++) {
              out[at + i] = (float) real.applyAsDouble(u[atA + i * stepA], v[atB + i * stepB]);
            }
          });
    } else if (a.type().isFloating()) {
      fill(y, a, b, real);
    } else {
      Broadcasting.walk(
          a,
          b,
          dims,
          (atA, stepA, atB, stepB, at, count) -> {
            for (int i = 0; i < count; i++) {
              long value = whole.applyAsLong(a.longAt(atA + i * stepA), b.longAt(atB + i * stepB));
              TypedStore.set(y, at + i, value);
            }
          });
    }
    return y;
  }

  /** Integers take the divisor's sign; with fmod, and for floats, the dividend's. */
  private static NdArray mod(OperatorContext context) {
    NdArray a = context.in(0);
    boolean fmod = context.node().integer("fmod", 0) != 0;
    return combined(
        context,
        a,
        context.in(1),
        a.type(),
        (x, y) -> x % y,
        fmod ? (x, y) -> x % y : Math::floorMod);
  }

  /** The exponent may have another type; the result has the base's. */
  private static NdArray pow(OperatorContext context) {
    NdArray a = context.in(0);
    NdArray b = aligned(context, a, context.in(1));
    NdArray y = NdArray.zeros(a.type(), Broadcasting.dims(context, List.of(a, b)));
    fill(y, a, b, StrictMath::pow);
    return y;
  }

  private static void fill(NdArray y, NdArray a, NdArray b, DoubleBinaryOperator real) {
    Broadcasting.walk(
        a,
        b,
        y.dims(),
        (atA, stepA, atB, stepB, at, count) -> {
          for (int i = 0; i < count; i++) {
            double value =
                real.applyAsDouble(a.doubleAt(atA + i * stepA), b.doubleAt(atB + i * stepB));
            TypedStore.set(y, at + i, value);
          }
        });
  }

  /** A slope of one dimension belongs to the channels before version 7, and in many later files. */
  private static NdArray prelu(OperatorContext context) {
    NdArray x = context.in(0);
    NdArray slope = context.in(1);
    boolean channels =
        slope.rank() == 1 && x.rank() > 2 && slope.size() == x.dim(1) && context.opset() < 7;
    if (channels) {
      int[] dims = new int[x.rank() - 1];
      Arrays.fill(dims, 1);
      dims[0] = slope.size();
      slope = slope.reshaped(dims);
    }
    return combined(
        context, x, slope, x.type(), (a, b) -> a < 0 ? a * b : a, (a, b) -> a < 0 ? a * b : a);
  }

  private static Operator variadic(DoubleBinaryOperator real, LongBinaryOperator whole) {
    return Operator.of(context -> folded(context, real, whole));
  }

  private static NdArray folded(
      OperatorContext context, DoubleBinaryOperator real, LongBinaryOperator whole) {
    NdArray result = context.in(0);
    for (int i = 1; i < context.inputs().size(); i++) {
      result = combined(context, result, context.in(i), result.type(), real, whole);
    }
    return result;
  }

  private static NdArray mean(OperatorContext context) {
    int count = context.inputs().size();
    NdArray sum = folded(context, Double::sum, Long::sum);
    return UnaryOperators.mapped(context.workers(), sum, x -> x / count, x -> x / count);
  }

  private static NdArray where(OperatorContext context) {
    List<NdArray> all = new ArrayList<>(List.of(context.in(0), context.in(1), context.in(2)));
    if (all.get(1).type() != all.get(2).type()) {
      throw context.error(
          "expects values of one type, got %s and %s".formatted(all.get(1), all.get(2)));
    }
    int[] dims = Broadcasting.dims(context, all);
    all.replaceAll(array -> Broadcasting.expanded(array, dims));
    NdArray y = NdArray.zeros(all.get(1).type(), dims);
    byte[] condition = all.get(0).bytes();
    for (int i = 0; i < condition.length; i++) {
      System.arraycopy(all.get(condition[i] != 0 ? 1 : 2).data(), i, y.data(), i, 1);
    }
    return y;
  }
}

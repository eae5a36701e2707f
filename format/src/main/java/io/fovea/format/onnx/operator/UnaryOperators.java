package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.layer.Elu;
import io.fovea.layer.HardSigmoid;
import io.fovea.layer.LeakyRelu;
import io.fovea.layer.Mish;
import io.fovea.layer.Selu;
import io.fovea.layer.Sigmoid;
import io.fovea.layer.Softplus;
import io.fovea.parallel.Workers;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Functions of one element: computed in double, rounded once. Where core has the same function as a
 * layer, the formula is the layer's; but Gelu and HardSwish follow ONNX's formulas, which differ
 * from core's in the last bits of a double, and Relu is a comparison, three times as fast.
 */
final class UnaryOperators {
  private static final int CHUNK = 1 << 14;

  private static final Sigmoid SIGMOID = new Sigmoid();

  private UnaryOperators() {}

  static void register(Map<String, Operator> table) {
    floating(table, "Relu", (node, opset) -> x -> x > 0 || Double.isNaN(x) ? x : 0);
    floating(
        table, "LeakyRelu", (node, opset) -> new LeakyRelu(node.number("alpha", 0.01f))::value);
    floating(table, "Elu", (node, opset) -> new Elu(node.number("alpha", 1))::value);
    floating(table, "Celu", (node, opset) -> celu(node.number("alpha", 1)));
    floating(table, "Selu", UnaryOperators::selu);
    floating(table, "Gelu", (node, opset) -> gelu(node.text("approximate", "none")));
    floating(
        table,
        "HardSigmoid",
        (node, opset) ->
            new HardSigmoid(node.number("alpha", 0.2f), node.number("beta", 0.5f))::value);
    floating(table, "HardSwish", (node, opset) -> x -> x * Math.clamp(x / 6 + 0.5, 0.0, 1.0));
    floating(table, "ThresholdedRelu", UnaryOperators::thresholded);
    floating(table, "Mish", (node, opset) -> new Mish()::value);
    floating(table, "Swish", (node, opset) -> swish(node.number("alpha", 1)));
    floating(table, "Sigmoid", (node, opset) -> SIGMOID::value);
    floating(table, "Tanh", (node, opset) -> StrictMath::tanh);
    floating(table, "Softplus", (node, opset) -> new Softplus()::value);
    floating(table, "Softsign", (node, opset) -> x -> x / (1 + Math.abs(x)));
    floating(table, "Exp", (node, opset) -> StrictMath::exp);
    floating(table, "Log", (node, opset) -> StrictMath::log);
    floating(table, "Sqrt", (node, opset) -> Math::sqrt);
    floating(table, "Reciprocal", (node, opset) -> x -> 1 / x);
    floating(table, "Erf", (node, opset) -> UnaryOperators::erf);
    floating(table, "Sin", (node, opset) -> StrictMath::sin);
    floating(table, "Cos", (node, opset) -> StrictMath::cos);
    floating(table, "Floor", (node, opset) -> Math::floor);
    floating(table, "Ceil", (node, opset) -> Math::ceil);
    floating(table, "Round", (node, opset) -> Math::rint);
    both(table, "Abs", Math::abs, Math::abs);
    both(table, "Neg", x -> -x, x -> -x);
    both(table, "Sign", Math::signum, Long::signum);
    table.put("Clip", Operator.of(UnaryOperators::clip));
    table.put("Not", Operator.of(context -> not(context.in(0))));
  }

  private interface Function {
    DoubleUnaryOperator of(OnnxNode node, int opset);
  }

  private static void floating(Map<String, Operator> table, String name, Function function) {
    table.put(
        name,
        Operator.of(
            context -> {
              NdArray x = context.in(0);
              if (!x.type().isFloating()) {
                throw context.error("expects float, got " + x);
              }
              return mapped(
                  context.workers(), x, function.of(context.node(), context.opset()), null);
            }));
  }

  private static void both(
      Map<String, Operator> table, String name, DoubleUnaryOperator real, LongUnaryOperator whole) {
    table.put(name, Operator.of(context -> mapped(context.workers(), context.in(0), real, whole)));
  }

  /** The function of each element. */
  static NdArray mapped(
      Workers workers, NdArray x, DoubleUnaryOperator real, @Nullable LongUnaryOperator whole) {
    NdArray y = NdArray.zeros(x.type(), x.dims());
    int chunks = (x.size() + CHUNK - 1) / CHUNK;
    workers.run(
        chunks,
        (chunk, worker) -> {
          int begin = chunk * CHUNK;
          map(x, y, begin, Math.min(x.size(), begin + CHUNK), real, whole);
        });
    return y;
  }

  private static void map(
      NdArray x,
      NdArray y,
      int begin,
      int end,
      DoubleUnaryOperator real,
      @Nullable LongUnaryOperator whole) {
    if (x.type() == ElementType.FLOAT) {
      float[] in = x.floats();
      float[] out = y.floats();
      for (int i = begin; i < end; i++) {
        out[i] = (float) real.applyAsDouble(in[i]);
      }
    } else if (x.type() == ElementType.DOUBLE) {
      double[] in = x.doubles();
      double[] out = y.doubles();
      for (int i = begin; i < end; i++) {
        out[i] = real.applyAsDouble(in[i]);
      }
    } else if (whole != null) {
      for (int i = begin; i < end; i++) {
        TypedStore.set(y, i, whole.applyAsLong(x.longAt(i)));
      }
    } else {
      throw new IllegalArgumentException("expects float, got " + x);
    }
  }

  private static DoubleUnaryOperator celu(float alpha) {
    return x -> Math.max(0, x) + Math.min(0, alpha * StrictMath.expm1(x / alpha));
  }

  /** The constants are those of the specification; before version 6 they had fewer digits. */
  private static DoubleUnaryOperator selu(OnnxNode node, int opset) {
    float alpha = node.number("alpha", opset < 6 ? 1.6732f : 1.6732632f);
    float gamma = node.number("gamma", opset < 6 ? 1.0507f : 1.050701f);
    return new Selu(alpha, gamma)::value;
  }

  private static DoubleUnaryOperator gelu(String approximate) {
    double root = Math.sqrt(2 / Math.PI);
    return approximate.equals("tanh")
        ? x -> 0.5 * x * (1 + StrictMath.tanh(root * (x + 0.044715 * x * x * x)))
        : x -> 0.5 * x * (1 + erf(x * Math.sqrt(0.5)));
  }

  /**
   * erf(x) = 2/sqrt(pi) * integral of e^(-t^2) from 0 to x, by its power series without alternating
   * signs (Abramowitz and Stegun, 7.1.6); beyond 6 it is 1 in double.
   */
  private static double erf(double x) {
    if (Math.abs(x) >= 6) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    // All terms have one sign, so nothing cancels; at 6 there are about 100.
    for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * StrictMath.exp(-x * x) * sum;
  }

  private static DoubleUnaryOperator swish(float alpha) {
    return x -> x * SIGMOID.value(alpha * x);
  }

  private static DoubleUnaryOperator thresholded(OnnxNode node, int opset) {
    float alpha = node.number("alpha", 1);
    return x -> x > alpha ? x : 0;
  }

  /** Limits are attributes before version 11, inputs since. */
  private static NdArray clip(OperatorContext context) {
    NdArray x = context.in(0);
    NdArray low = context.optional(1);
    NdArray high = context.optional(2);
    if (x.type().isFloating()) {
      double min =
          low == null ? context.node().number("min", Float.NEGATIVE_INFINITY) : low.doubleAt(0);
      double max =
          high == null ? context.node().number("max", Float.POSITIVE_INFINITY) : high.doubleAt(0);
      return mapped(context.workers(), x, v -> Math.min(max, Math.max(min, v)), null);
    }
    long min = low == null ? Long.MIN_VALUE : low.longAt(0);
    long max = high == null ? Long.MAX_VALUE : high.longAt(0);
    return mapped(context.workers(), x, v -> v, v -> Math.min(max, Math.max(min, v)));
  }

  private static NdArray not(NdArray x) {
    byte[] in = x.bytes();
    byte[] out = new byte[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = (byte) (1 - in[i]);
    }
    return NdArray.of(ElementType.BOOL, x.dims(), out);
  }
}

package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.graph.Attribute;
import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.NdArray;
import java.util.Map;

/** Constants, ranges, and conversions to other types. */
final class ConstantOperators {
  private ConstantOperators() {}

  static void register(Map<String, Operator> table) {
    table.put("Constant", Operator.of(ConstantOperators::constant));
    table.put("ConstantOfShape", Operator.of(ConstantOperators::constantOfShape));
    table.put("Range", Operator.of(ConstantOperators::range));
    table.put("Cast", Operator.of(ConstantOperators::cast));
    table.put(
        "CastLike", Operator.of(context -> TypedStore.cast(context.in(0), context.in(1).type())));
  }

  private static NdArray constant(OperatorContext context) {
    for (Map.Entry<String, Attribute> entry : context.node().attributes().entrySet()) {
      switch (entry.getValue()) {
        case Attribute.TensorValue tensor -> {
          return tensor.value();
        }
        case Attribute.FloatValue real -> {
          return NdArray.scalar(real.value());
        }
        case Attribute.IntValue whole -> {
          return NdArray.scalar(whole.value());
        }
        case Attribute.Floats floats -> {
          return NdArray.of(
              new int[] {floats.values().size()}, context.node().numbers(entry.getKey()));
        }
        case Attribute.Ints ints -> {
          return NdArray.list(context.node().integers(entry.getKey()));
        }
        default -> {} // such as doc strings
      }
    }
    throw context.error("has no value that can be read");
  }

  private static NdArray constantOfShape(OperatorContext context) {
    int[] dims = context.dims(context.in(0).asLongs());
    NdArray value =
        context.node().attributes().get("value") instanceof Attribute.TensorValue tensor
            ? tensor.value()
            : NdArray.scalar(0f);
    if (value.size() != 1) {
      throw context.error("expects one value, got " + value);
    }
    NdArray y = NdArray.zeros(value.type(), dims);
    Strided.fill(y, 0, y.size(), value);
    return y;
  }

  /** start, start + delta, ... below limit. */
  private static NdArray range(OperatorContext context) {
    NdArray start = context.in(0);
    NdArray limit = context.in(1);
    NdArray delta = context.in(2);
    if (delta.doubleAt(0) == 0) {
      throw context.error("has a step of 0");
    }
    double count =
        start.type().isFloating()
            ? Math.ceil((limit.doubleAt(0) - start.doubleAt(0)) / delta.doubleAt(0))
            : Math.ceil((limit.longAt(0) - start.longAt(0)) / (double) delta.longAt(0));
    NdArray y = NdArray.zeros(start.type(), context.dims((long) Math.max(0, count)));
    for (int i = 0; i < y.size(); i++) {
      if (start.type().isFloating()) {
        TypedStore.set(y, i, start.doubleAt(0) + i * delta.doubleAt(0));
      } else {
        TypedStore.set(y, i, start.longAt(0) + i * delta.longAt(0));
      }
    }
    return y;
  }

  /** A cast to half gives a float with the precision of a half. */
  private static NdArray cast(OperatorContext context) {
    NdArray x = context.in(0);
    if (context.opset() < 6) {
      String name = context.node().text("to", "");
      for (ElementType type : ElementType.values()) {
        if (type.name().equals(name)) {
          return TypedStore.cast(x, type);
        }
      }
      throw context.error("cannot cast to " + name);
    }
    int to = Math.clamp(context.node().integer("to", 0), -1, Integer.MAX_VALUE);
    ElementType type =
        ElementType.ofCode(to)
            .orElseThrow(() -> context.error("cannot cast to " + ElementType.nameOf(to)));
    NdArray y = TypedStore.cast(x, type);
    if (to == ElementType.FLOAT16) {
      return UnaryOperators.mapped(
          context.workers(), y, v -> Float.float16ToFloat(Float.floatToFloat16((float) v)), null);
    }
    if (to == ElementType.BFLOAT16) {
      return UnaryOperators.mapped(context.workers(), y, v -> brain((float) v), null);
    }
    return y;
  }

  /** Rounded to the upper half of a float, to even. */
  private static float brain(float x) {
    int bits = Float.floatToRawIntBits(x);
    int rounded = Float.isNaN(x) ? bits : bits + 0x7fff + ((bits >>> 16) & 1);
    return Float.intBitsToFloat(rounded & 0xffff0000);
  }
}

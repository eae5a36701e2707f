package io.fovea.format.onnx.lower;

import io.fovea.layer.AvgPool2d;
import io.fovea.layer.Dropout;
import io.fovea.layer.HardSwish;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.Mish;
import io.fovea.layer.Relu;
import io.fovea.layer.Sigmoid;
import io.fovea.layer.Softplus;
import io.fovea.layer.Tanh;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The ONNX operators that are lowered, and the method that lowers each. */
final class LoweringRegistry {
  private static final Map<String, Consumer<LoweringContext>> OPERATORS = operators();

  private LoweringRegistry() {}

  /** The method that lowers an operator; null for one that is not lowered. */
  static @Nullable Consumer<LoweringContext> operator(String name) {
    return OPERATORS.get(name);
  }

  private static Map<String, Consumer<LoweringContext>> operators() {
    Map<String, Consumer<LoweringContext>> registry = new HashMap<>();
    registry.put("Conv", Convolutions::conv);
    registry.put("ConvTranspose", Convolutions::transposed);
    registry.put("Gemm", MatMulOps::gemm);
    registry.put("MatMul", MatMulOps::matMul);
    registry.put("MaxPool", Poolings::max);
    registry.put("AveragePool", Poolings::average);
    registry.put("GlobalAveragePool", context -> Poolings.whole(context, AvgPool2d::new));
    registry.put("GlobalMaxPool", context -> Poolings.whole(context, MaxPool2d::new));
    registry.put("ReduceMean", context -> Poolings.reduce(context, AvgPool2d::new));
    registry.put("ReduceMax", context -> Poolings.reduce(context, MaxPool2d::new));
    registry.put("BatchNormalization", Normalisations::batch);
    registry.put("InstanceNormalization", Normalisations::instance);
    registry.put("GroupNormalization", Normalisations::group);
    registry.put("LayerNormalization", Normalisations::layer);
    registry.put("LRN", Normalisations::localResponse);
    registry.put("Add", Arithmetic::add);
    registry.put("Sub", Arithmetic::sub);
    registry.put("Mul", Arithmetic::mul);
    registry.put("Div", Arithmetic::div);
    registry.put("Neg", Arithmetic::neg);
    registry.put("Sum", Arithmetic::sum);
    registry.put("Max", context -> Arithmetic.bound(context, true));
    registry.put("Min", context -> Arithmetic.bound(context, false));
    activations(registry);
    views(registry);
    return Map.copyOf(registry);
  }

  private static void activations(Map<String, Consumer<LoweringContext>> registry) {
    registry.put("Relu", context -> ActivationOps.plain(context, new Relu()));
    registry.put("Sigmoid", context -> ActivationOps.plain(context, new Sigmoid()));
    registry.put("Tanh", context -> ActivationOps.plain(context, new Tanh()));
    registry.put("Softplus", context -> ActivationOps.plain(context, new Softplus()));
    registry.put("Mish", context -> ActivationOps.plain(context, new Mish()));
    registry.put("HardSwish", context -> ActivationOps.plain(context, new HardSwish()));
    registry.put("LeakyRelu", ActivationOps::leakyRelu);
    registry.put("Elu", ActivationOps::elu);
    registry.put("Selu", ActivationOps::selu);
    registry.put("Gelu", ActivationOps::gelu);
    registry.put("HardSigmoid", ActivationOps::hardSigmoid);
    registry.put("Swish", ActivationOps::swish);
    registry.put("Clip", ActivationOps::clip);
    registry.put("PRelu", ActivationOps::prelu);
    registry.put("Softmax", ActivationOps::softmax);
  }

  private static void views(Map<String, Consumer<LoweringContext>> registry) {
    registry.put("Reshape", Views::reshape);
    registry.put("Flatten", Views::flatten);
    registry.put("Transpose", Views::transpose);
    registry.put("Squeeze", Views::squeeze);
    registry.put("Unsqueeze", Views::unsqueeze);
    registry.put("Identity", Views::same);
    registry.put("Dropout", LoweringRegistry::dropout);
    registry.put("Cast", Views::cast);
    registry.put("Shape", Views::shape);
    registry.put("Size", Views::size);
    registry.put("Concat", ShapeOps::concat);
    registry.put("Split", ShapeOps::split);
    registry.put("Slice", ShapeOps::slice);
    registry.put("Pad", ShapeOps::pad);
    registry.put("Resize", ShapeOps::resize);
    registry.put("Upsample", ShapeOps::resize);
  }

  /** Lowers dropout, which optimisation removes again. */
  private static void dropout(LoweringContext context) {
    boolean masked = context.node().outputs().size() > 1 && context.isRead(1);
    if (masked) {
      throw new IllegalArgumentException("gives its mask as well, which core's dropout does not");
    }
    float rate =
        context.node().hasInput(1) ? context.floats(1, 1)[0] : context.node().number("ratio", 0.5f);
    ActivationOps.plain(context, new Dropout(rate));
  }
}

package io.fovea.format.onnx.lower;

import io.fovea.layer.Dropout;
import io.fovea.layer.HardSwish;
import io.fovea.layer.Mish;
import io.fovea.layer.Relu;
import io.fovea.layer.Sigmoid;
import io.fovea.layer.Softplus;
import io.fovea.layer.Tanh;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The operators that are lowered, and by what. */
final class Table {
  private static final Map<String, Consumer<LoweringContext>> OPERATORS = operators();

  private Table() {}

  /** How an operator is lowered; null for one that is not. */
  static @Nullable Consumer<LoweringContext> operator(String name) {
    return OPERATORS.get(name);
  }

  private static Map<String, Consumer<LoweringContext>> operators() {
    Map<String, Consumer<LoweringContext>> table = new HashMap<>();
    table.put("Conv", Convolutions::conv);
    table.put("ConvTranspose", Convolutions::transposed);
    table.put("Gemm", Products::gemm);
    table.put("MatMul", Products::matMul);
    table.put("MaxPool", Poolings::max);
    table.put("AveragePool", Poolings::average);
    table.put("GlobalAveragePool", Poolings::globalAverage);
    table.put("GlobalMaxPool", Poolings::globalMax);
    table.put("ReduceMean", Poolings::reduceMean);
    table.put("ReduceMax", Poolings::reduceMax);
    table.put("BatchNormalization", Normalisations::batch);
    table.put("InstanceNormalization", Normalisations::instance);
    table.put("GroupNormalization", Normalisations::group);
    table.put("LayerNormalization", Normalisations::layer);
    table.put("LRN", Normalisations::localResponse);
    table.put("Add", Arithmetic::add);
    table.put("Sub", Arithmetic::sub);
    table.put("Mul", Arithmetic::mul);
    table.put("Div", Arithmetic::div);
    table.put("Neg", Arithmetic::neg);
    table.put("Sum", Arithmetic::sum);
    table.put("Max", Arithmetic::max);
    table.put("Min", Arithmetic::min);
    activations(table);
    views(table);
    return Map.copyOf(table);
  }

  private static void activations(Map<String, Consumer<LoweringContext>> table) {
    table.put("Relu", context -> ActivationOps.plain(context, new Relu()));
    table.put("Sigmoid", context -> ActivationOps.plain(context, new Sigmoid()));
    table.put("Tanh", context -> ActivationOps.plain(context, new Tanh()));
    table.put("Softplus", context -> ActivationOps.plain(context, new Softplus()));
    table.put("Mish", context -> ActivationOps.plain(context, new Mish()));
    table.put("HardSwish", context -> ActivationOps.plain(context, new HardSwish()));
    table.put("LeakyRelu", ActivationOps::leakyRelu);
    table.put("Elu", ActivationOps::elu);
    table.put("Selu", ActivationOps::selu);
    table.put("Gelu", ActivationOps::gelu);
    table.put("HardSigmoid", ActivationOps::hardSigmoid);
    table.put("Swish", ActivationOps::swish);
    table.put("Clip", ActivationOps::clip);
    table.put("PRelu", ActivationOps::prelu);
    table.put("Softmax", ActivationOps::softmax);
  }

  private static void views(Map<String, Consumer<LoweringContext>> table) {
    table.put("Reshape", Views::reshape);
    table.put("Flatten", Views::flatten);
    table.put("Transpose", Views::transpose);
    table.put("Squeeze", Views::squeeze);
    table.put("Unsqueeze", Views::unsqueeze);
    table.put("Identity", Views::same);
    table.put("Dropout", Table::dropout);
    table.put("Cast", Views::cast);
    table.put("Shape", Views::shape);
    table.put("Size", Views::size);
    table.put("Concat", ShapeOps::concat);
    table.put("Split", ShapeOps::split);
    table.put("Slice", ShapeOps::slice);
    table.put("Pad", ShapeOps::pad);
    table.put("Resize", ShapeOps::resize);
    table.put("Upsample", ShapeOps::resize);
  }

  /** Dropped again where the graph is optimised. */
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

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
  private static final Map<String, Consumer<Site>> OPERATORS = operators();

  private Table() {}

  /** How an operator is lowered; null for one that is not. */
  static @Nullable Consumer<Site> operator(String name) {
    return OPERATORS.get(name);
  }

  private static Map<String, Consumer<Site>> operators() {
    Map<String, Consumer<Site>> table = new HashMap<>();
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
    curves(table);
    views(table);
    return Map.copyOf(table);
  }

  private static void curves(Map<String, Consumer<Site>> table) {
    table.put("Relu", site -> Curves.plain(site, new Relu()));
    table.put("Sigmoid", site -> Curves.plain(site, new Sigmoid()));
    table.put("Tanh", site -> Curves.plain(site, new Tanh()));
    table.put("Softplus", site -> Curves.plain(site, new Softplus()));
    table.put("Mish", site -> Curves.plain(site, new Mish()));
    table.put("HardSwish", site -> Curves.plain(site, new HardSwish()));
    table.put("LeakyRelu", Curves::leakyRelu);
    table.put("Elu", Curves::elu);
    table.put("Selu", Curves::selu);
    table.put("Gelu", Curves::gelu);
    table.put("HardSigmoid", Curves::hardSigmoid);
    table.put("Swish", Curves::swish);
    table.put("Clip", Curves::clip);
    table.put("PRelu", Curves::prelu);
    table.put("Softmax", Curves::softmax);
  }

  private static void views(Map<String, Consumer<Site>> table) {
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
    table.put("Concat", Selections::concat);
    table.put("Split", Selections::split);
    table.put("Slice", Selections::slice);
    table.put("Pad", Selections::pad);
    table.put("Resize", Selections::resize);
    table.put("Upsample", Selections::resize);
  }

  /** Dropped again where the graph is optimised. */
  private static void dropout(Site site) {
    boolean masked = site.node().outputs().size() > 1 && site.isRead(1);
    if (masked) {
      throw new IllegalArgumentException("gives its mask as well, which core's dropout does not");
    }
    float rate = site.node().hasInput(1) ? site.floats(1, 1)[0] : site.node().number("ratio", 0.5f);
    Curves.plain(site, new Dropout(rate));
  }
}

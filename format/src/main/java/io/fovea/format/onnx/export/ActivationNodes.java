package io.fovea.format.onnx.export;

import io.fovea.layer.Clip;
import io.fovea.layer.HardSigmoid;
import io.fovea.layer.Selu;
import java.util.ArrayList;
import java.util.List;

/** Exports activations with several attributes, and those that opset 17 has no operator for. */
final class ActivationNodes {
  private ActivationNodes() {}

  /** y = x * sigmoid(x). */
  static void silu(ExportContext context) {
    String sigmoid = context.part("sigmoid", "Sigmoid", context.x());
    context.write("Mul", context.x(), sigmoid);
  }

  /** y = x * tanh(log(1 + e^x)); ONNX has Mish from opset 18 on. */
  static void mish(ExportContext context) {
    String softplus = context.part("softplus", "Softplus", context.x());
    String tanh = context.part("tanh", "Tanh", softplus);
    context.write("Mul", context.x(), tanh);
  }

  static void selu(ExportContext context, Selu selu) {
    Attributes facts = new Attributes().with("alpha", selu.alpha()).with("gamma", selu.gamma());
    context.write("Selu", facts, List.of(context.x()));
  }

  static void hardSigmoid(ExportContext context, HardSigmoid hard) {
    Attributes facts = new Attributes().with("alpha", hard.alpha()).with("beta", hard.beta());
    context.write("HardSigmoid", facts, List.of(context.x()));
  }

  /** Infinite bounds are left out. */
  static void clip(ExportContext context, Clip clip) {
    boolean isOpenBelow = clip.min() == Float.NEGATIVE_INFINITY;
    List<String> inputs = new ArrayList<>(List.of(context.x()));
    inputs.add(isOpenBelow ? "" : context.number("min", clip.min()));
    if (clip.max() != Float.POSITIVE_INFINITY) {
      inputs.add(context.number("max", clip.max()));
    }
    context.write("Clip", new Attributes(), inputs);
  }

  /** y = x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) * 0.5, as exporters write it. */
  static void approximateGelu(ExportContext context) {
    String three = context.number("three", 3);
    String small = context.number("small", 0.044715);
    String root = context.number("root", Math.sqrt(2 / Math.PI));
    String cube = context.part("cube", "Pow", context.x(), three);
    String bent = context.part("bent", "Mul", cube, small);
    String sum = context.part("sum", "Add", context.x(), bent);
    String u = context.part("u", "Mul", sum, root);
    halfOf(context, context.part("curve", "Tanh", u));
  }

  /** y = x * (1 + erf(x / sqrt 2)) * 0.5, as exporters write it. */
  static void exactGelu(ExportContext context) {
    String root = context.number("root", Math.sqrt(2));
    String u = context.part("div", "Div", context.x(), root);
    halfOf(context, context.part("curve", "Erf", u));
  }

  /** y = x * (curve + 1) * 0.5. */
  private static void halfOf(ExportContext context, String curve) {
    String one = context.number("one", 1);
    String half = context.number("half", 0.5);
    String tail = context.part("tail", "Add", curve, one);
    String product = context.part("product", "Mul", context.x(), tail);
    context.write("Mul", product, half);
  }
}

package io.fovea.format.onnx.export;

import io.fovea.format.onnx.graph.Attribute;
import io.fovea.layer.Clip;
import io.fovea.layer.HardSigmoid;
import io.fovea.layer.Selu;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Exports activations with several attributes, and those that opset 17 has no operator for. */
final class ActivationNodes {
  private ActivationNodes() {}

  /** y = x * sigmoid(x). */
  static void silu(ExportContext context) {
    String sigmoid = context.writer().node(context.part("sigmoid"), "Sigmoid", context.x());
    context.writer().node(context.name(), "Mul", context.x(), sigmoid);
  }

  /** y = x * tanh(log(1 + e^x)); ONNX has Mish from opset 18 on. */
  static void mish(ExportContext context) {
    String softplus = context.writer().node(context.part("softplus"), "Softplus", context.x());
    String tanh = context.writer().node(context.part("tanh"), "Tanh", softplus);
    context.writer().node(context.name(), "Mul", context.x(), tanh);
  }

  static void selu(ExportContext context, Selu selu) {
    twoNumbers(context, "Selu", selu.alpha(), "gamma", selu.gamma());
  }

  static void hardSigmoid(ExportContext context, HardSigmoid hard) {
    twoNumbers(context, "HardSigmoid", hard.alpha(), "beta", hard.beta());
  }

  private static void twoNumbers(
      ExportContext context, String operator, float alpha, String other, float value) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("alpha", Attribute.of(alpha));
    attributes.put(other, Attribute.of(value));
    context.writer().node(context.name(), operator, attributes, List.of(context.x()));
  }

  /** Infinite bounds are left out. */
  static void clip(ExportContext context, Clip clip) {
    List<String> inputs = new ArrayList<>(List.of(context.x()));
    boolean isOpenAbove = clip.max() == Float.POSITIVE_INFINITY;
    inputs.add(
        clip.min() == Float.NEGATIVE_INFINITY
            ? ""
            : context.writer().number(context.part("min"), clip.min()));
    if (!isOpenAbove) {
      inputs.add(context.writer().number(context.part("max"), clip.max()));
    }
    context.writer().node(context.name(), "Clip", Map.of(), inputs);
  }

  /** y = x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) * 0.5, as exporters write it. */
  static void approximateGelu(ExportContext context) {
    GraphWriter writer = context.writer();
    String three = writer.number(context.part("three"), 3);
    String small = writer.number(context.part("small"), 0.044715);
    String root = writer.number(context.part("root"), Math.sqrt(2 / Math.PI));
    String cube = writer.node(context.part("cube"), "Pow", context.x(), three);
    String bent = writer.node(context.part("bent"), "Mul", cube, small);
    String sum = writer.node(context.part("sum"), "Add", context.x(), bent);
    String u = writer.node(context.part("u"), "Mul", sum, root);
    halfOf(context, writer.node(context.part("curve"), "Tanh", u));
  }

  /** y = x * (1 + erf(x / sqrt 2)) * 0.5, as exporters write it. */
  static void exactGelu(ExportContext context) {
    GraphWriter writer = context.writer();
    String root = writer.number(context.part("root"), Math.sqrt(2));
    String u = writer.node(context.part("div"), "Div", context.x(), root);
    halfOf(context, writer.node(context.part("curve"), "Erf", u));
  }

  /** y = x * (curve + 1) * 0.5. */
  private static void halfOf(ExportContext context, String curve) {
    GraphWriter writer = context.writer();
    String one = writer.number(context.part("one"), 1);
    String half = writer.number(context.part("half"), 0.5);
    String tail = writer.node(context.part("tail"), "Add", curve, one);
    String product = writer.node(context.part("product"), "Mul", context.x(), tail);
    writer.node(context.name(), "Mul", product, half);
  }
}

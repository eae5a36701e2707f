package io.fovea.format.onnx.export;

import io.fovea.layer.Clip;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Activations that opset 17 has no operator for, out of those it has. */
final class CurveNodes {
  private CurveNodes() {}

  /** y = x * sigmoid(x). */
  static void silu(Place p) {
    String sigmoid = p.sheet().node(p.part("sigmoid"), "Sigmoid", p.x());
    p.sheet().node(p.name(), "Mul", p.x(), sigmoid);
  }

  /** y = x * tanh(log(1 + e^x)); ONNX has Mish from opset 18 on. */
  static void mish(Place p) {
    String softplus = p.sheet().node(p.part("softplus"), "Softplus", p.x());
    String tanh = p.sheet().node(p.part("tanh"), "Tanh", softplus);
    p.sheet().node(p.name(), "Mul", p.x(), tanh);
  }

  /** Bounds that are infinite are left out. */
  static void clip(Place p, Clip clip) {
    List<String> inputs = new ArrayList<>(List.of(p.x()));
    boolean isOpenAbove = clip.max() == Float.POSITIVE_INFINITY;
    inputs.add(
        clip.min() == Float.NEGATIVE_INFINITY ? "" : p.sheet().number(p.part("min"), clip.min()));
    if (!isOpenAbove) {
      inputs.add(p.sheet().number(p.part("max"), clip.max()));
    }
    p.sheet().node(p.name(), "Clip", Map.of(), inputs);
  }

  static void gelu(Place p, boolean approximate) {
    if (approximate) {
      approximateGelu(p);
    } else {
      exactGelu(p);
    }
  }

  /** y = x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) * 0.5, as exporters write it. */
  private static void approximateGelu(Place p) {
    Sheet sheet = p.sheet();
    String three = sheet.number(p.part("three"), 3);
    String small = sheet.number(p.part("small"), 0.044715);
    String root = sheet.number(p.part("root"), Math.sqrt(2 / Math.PI));
    String cube = sheet.node(p.part("cube"), "Pow", p.x(), three);
    String bent = sheet.node(p.part("bent"), "Mul", cube, small);
    String sum = sheet.node(p.part("sum"), "Add", p.x(), bent);
    String u = sheet.node(p.part("u"), "Mul", sum, root);
    halfOf(p, sheet.node(p.part("curve"), "Tanh", u));
  }

  /** y = x * (1 + erf(x / sqrt 2)) * 0.5, as exporters write it. */
  private static void exactGelu(Place p) {
    Sheet sheet = p.sheet();
    String root = sheet.number(p.part("root"), Math.sqrt(2));
    String u = sheet.node(p.part("div"), "Div", p.x(), root);
    halfOf(p, sheet.node(p.part("curve"), "Erf", u));
  }

  /** y = x * (curve + 1) * 0.5. */
  private static void halfOf(Place p, String curve) {
    Sheet sheet = p.sheet();
    String one = sheet.number(p.part("one"), 1);
    String half = sheet.number(p.part("half"), 0.5);
    String tail = sheet.node(p.part("tail"), "Add", curve, one);
    String product = sheet.node(p.part("product"), "Mul", p.x(), tail);
    sheet.node(p.name(), "Mul", product, half);
  }
}

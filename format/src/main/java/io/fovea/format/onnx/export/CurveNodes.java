package io.fovea.format.onnx.export;

/** Activations that opset 17 has no operator for, out of those it has. */
final class CurveNodes {
  private CurveNodes() {}

  /** y = x * sigmoid(x). */
  static void silu(Place p) {
    String sigmoid = p.sheet().node(p.part("sigmoid"), "Sigmoid", p.x());
    p.sheet().node(p.name(), "Mul", p.x(), sigmoid);
  }

  /** y = x * (1 + erf(x / sqrt 2)) * 0.5, as exporters write it. */
  static void gelu(Place p) {
    Sheet sheet = p.sheet();
    String root = sheet.number(p.part("root"), Math.sqrt(2));
    String one = sheet.number(p.part("one"), 1);
    String half = sheet.number(p.part("half"), 0.5);
    String u = sheet.node(p.part("div"), "Div", p.x(), root);
    String erf = sheet.node(p.part("erf"), "Erf", u);
    String tail = sheet.node(p.part("tail"), "Add", erf, one);
    String product = sheet.node(p.part("product"), "Mul", p.x(), tail);
    sheet.node(p.name(), "Mul", product, half);
  }
}

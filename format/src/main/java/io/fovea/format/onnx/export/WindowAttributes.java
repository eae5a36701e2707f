package io.fovea.format.onnx.export;

import io.fovea.format.onnx.graph.Attribute;
import io.fovea.tensor.Window;
import java.util.LinkedHashMap;
import java.util.Map;

/** Exports a window as the attributes of Conv and the poolings. */
final class WindowAttributes {
  private WindowAttributes() {}

  /** kernel_shape, strides and pads; dilations where they are not 1. */
  static Map<String, Attribute> of(Window w) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("kernel_shape", GraphWriter.ints(w.kernelHeight(), w.kernelWidth()));
    attributes.put("strides", GraphWriter.ints(w.strideHeight(), w.strideWidth()));
    attributes.put("pads", GraphWriter.ints(w.top(), w.left(), w.bottom(), w.right()));
    if (w.dilationHeight() != 1 || w.dilationWidth() != 1) {
      attributes.put("dilations", GraphWriter.ints(w.dilationHeight(), w.dilationWidth()));
    }
    return attributes;
  }
}

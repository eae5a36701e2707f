package io.fovea.format.onnx.export;

import io.fovea.format.onnx.graph.Attribute;
import io.fovea.tensor.Window;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** The attributes of a node, in the order in which they are added and written. */
record Attributes(Map<String, Attribute> all) {
  Attributes() {
    this(new LinkedHashMap<>());
  }

  /** A window, as Conv and the poolings have it: dilations only where they are not 1. */
  static Attributes of(Window w) {
    Attributes attributes =
        new Attributes()
            .with("kernel_shape", w.kernelHeight(), w.kernelWidth())
            .with("strides", w.strideHeight(), w.strideWidth())
            .with("pads", w.top(), w.left(), w.bottom(), w.right());
    return w.dilationHeight() == 1 && w.dilationWidth() == 1
        ? attributes
        : attributes.with("dilations", w.dilationHeight(), w.dilationWidth());
  }

  Attributes with(String name, long value) {
    return with(name, Attribute.of(value));
  }

  Attributes with(String name, float value) {
    return with(name, Attribute.of(value));
  }

  Attributes with(String name, String value) {
    return with(name, Attribute.of(value));
  }

  Attributes with(String name, int... values) {
    return with(name, Attribute.ints(IntStream.of(values).asLongStream().toArray()));
  }

  private Attributes with(String name, Attribute value) {
    all.put(name, value);
    return this;
  }
}

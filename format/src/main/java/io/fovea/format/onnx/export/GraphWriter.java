package io.fovea.format.onnx.export;

import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.value.NdArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the nodes and constants of an ONNX graph. A value is named after the node that computes
 * it; if a layer needs several nodes, the last one has the layer's name, and those before it the
 * layer's name, a slash and their purpose.
 */
record GraphWriter(List<OnnxNode> nodes, Map<String, NdArray> initializers) {
  GraphWriter() {
    this(new ArrayList<>(), new LinkedHashMap<>());
  }

  /**
   * Adds a node.
   *
   * @return the name of its value, which is its own
   */
  String node(String name, String operator, Attributes attributes, List<String> inputs) {
    nodes.add(new OnnxNode(name, operator, inputs, List.of(name), attributes.all()));
    return name;
  }

  /** Adds a constant; returns its name. */
  String constant(String name, NdArray value) {
    initializers.put(name, value);
    return name;
  }
}

package io.fovea.format.onnx.export;

import io.fovea.format.onnx.graph.Attribute;
import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.value.NdArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Collects the nodes and constants of an ONNX graph. A value is named after the node that computes
 * it; if a layer needs several nodes, the last one has the layer's name, and those before it the
 * layer's name, a slash and their purpose.
 */
final class GraphWriter {
  private final List<OnnxNode> nodes = new ArrayList<>();
  private final Map<String, NdArray> initializers = new LinkedHashMap<>();

  List<OnnxNode> nodes() {
    return nodes;
  }

  Map<String, NdArray> initializers() {
    return initializers;
  }

  /**
   * Adds a node.
   *
   * @return the name of its value, which is its own
   */
  String node(
      String name, String operator, Map<String, Attribute> attributes, List<String> inputs) {
    nodes.add(new OnnxNode(name, operator, inputs, List.of(name), attributes));
    return name;
  }

  /** Adds a node without attributes. */
  String node(String name, String operator, String... inputs) {
    return node(name, operator, Map.of(), List.of(inputs));
  }

  /** Adds a constant of floats; returns its name. */
  String floats(String name, int[] dims, float... values) {
    initializers.put(name, NdArray.of(dims, values));
    return name;
  }

  /** Adds one float as a constant; returns its name. */
  String number(String name, double value) {
    initializers.put(name, NdArray.scalar((float) value));
    return name;
  }

  /** Adds a list of integers as a constant; returns its name. */
  String integers(String name, long... values) {
    initializers.put(name, NdArray.list(values));
    return name;
  }

  static Attribute ints(int... values) {
    return Attribute.ints(IntStream.of(values).asLongStream().toArray());
  }

  static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}

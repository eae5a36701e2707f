package io.fovea.format.onnx.export;

import io.fovea.format.onnx.value.NdArray;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import java.util.List;

/**
 * The context of exporting one node: its layer, its weights, and its inputs' names.
 *
 * @param writer the ONNX graph that it is written to
 * @param inputs names of the ONNX values that it reads
 */
record ExportContext(GraphWriter writer, Network network, Graph.Node node, List<String> inputs) {
  String name() {
    return node.name();
  }

  String x() {
    return inputs.getFirst();
  }

  /** The shape of one image of the first input. */
  Shape shape() {
    return shape(0);
  }

  Shape shape(int input) {
    return network.graph().shape(node.inputs().get(input));
  }

  /** Writes the node that computes the layer's value. */
  void write(String operator, Attributes attributes, List<String> from) {
    writer.node(name(), operator, attributes, from);
  }

  void write(String operator, String... from) {
    write(operator, new Attributes(), List.of(from));
  }

  /** Writes a node before the last one of this layer; returns the name of its value. */
  String part(String what, String operator, Attributes attributes, List<String> from) {
    return writer.node(part(what), operator, attributes, from);
  }

  String part(String what, String operator, String... from) {
    return part(what, operator, new Attributes(), List.of(from));
  }

  private String part(String what) {
    return name() + "/" + what;
  }

  /** Writes a constant that belongs to this layer; returns its name. */
  String floats(String what, int[] dims, float... values) {
    return writer.constant(part(what), NdArray.of(dims, values));
  }

  String number(String what, double value) {
    return writer.constant(part(what), NdArray.scalar((float) value));
  }

  String integers(String what, long... values) {
    return writer.constant(part(what), NdArray.list(values));
  }

  /** Writes a parameter under its full name, such as conv1.weight, in its own shape. */
  String weight(String parameter) {
    String full = name() + "." + parameter;
    return weight(parameter, network.weights().shape(full).sizes());
  }

  /** Writes a parameter under its full name in another shape with the same elements. */
  String weight(String parameter, int... dims) {
    String full = name() + "." + parameter;
    return writer.constant(full, NdArray.of(dims, network.weights().values(full)));
  }

  /** Writes a parameter with one number a channel in a shape that broadcasts over the input. */
  String channels(String parameter) {
    int count = network.weights().shape(name() + "." + parameter).elements();
    return shape().rank() == 3 ? weight(parameter, count, 1, 1) : weight(parameter, count);
  }
}

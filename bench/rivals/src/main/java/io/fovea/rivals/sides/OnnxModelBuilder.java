package io.fovea.rivals.sides;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import io.fovea.layer.Add;
import io.fovea.layer.Conv2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Flatten;
import io.fovea.layer.GlobalAvgPool2d;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.Relu;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A network of Fovea as an ONNX model with the same weights: as much as these networks need. The
 * batch is fixed, which lets ONNX Runtime plan its memory and its kernels beforehand.
 */
final class OnnxModelBuilder {
  static final String INPUT = "input";
  static final String OUTPUT = "probabilities";

  private static final int OPSET = 17;
  private static final int IR_VERSION = 8; // the one that came with opset 17

  private final Weights weights;
  private final OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder().setName("fovea");

  private OnnxModelBuilder(Weights weights) {
    this.weights = weights;
  }

  /** The bytes of the model for batches of one size; its answers are probabilities. */
  static byte[] of(Network network, int batch) {
    return new OnnxModelBuilder(network.weights()).bytes(network.graph(), batch);
  }

  private byte[] bytes(Graph network, int batch) {
    for (Graph.Node node : network.nodes()) {
      add(node);
    }
    node("Softmax", List.of(network.nodes().getLast().name()), OUTPUT)
        .addAttribute(number("axis", 1L));
    graph.addInput(value(INPUT, batch, network.input()));
    graph.addOutput(value(OUTPUT, batch, network.output()));
    return OnnxMl.ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private void add(Graph.Node node) {
    switch (node.layer()) {
      case Conv2d conv ->
          operation("Conv", node, parameters(node))
              .addAttribute(numbers("kernel_shape", kernel(conv.window())))
              .addAttribute(numbers("strides", strides(conv.window())))
              .addAttribute(numbers("pads", pads(conv.window())))
              .addAttribute(number("group", (long) conv.groups()));
      case MaxPool2d pool ->
          operation("MaxPool", node, List.of())
              .addAttribute(numbers("kernel_shape", kernel(pool.window())))
              .addAttribute(numbers("strides", strides(pool.window())))
              .addAttribute(numbers("pads", pads(pool.window())));
      case Dense dense ->
          operation("Gemm", node, parameters(node)).addAttribute(number("transB", 1L));
      case Relu relu -> operation("Relu", node, List.of());
      case Flatten flatten ->
          operation("Flatten", node, List.of()).addAttribute(number("axis", 1L));
      case Add add -> operation("Add", node, List.of());
      case GlobalAvgPool2d pool -> average(node);
      default -> addOther(node);
    }
  }

  /** Layers that the core of this checkout need not have. */
  private void addOther(Graph.Node node) {
    if (!node.layer().type().equals("batch_norm2d")) {
      throw new IllegalArgumentException(
          node.name() + ": there is no translation of " + node.layer().type() + " into ONNX here");
    }
    List<String> parameters =
        List.of("weight", "bias", "running_mean", "running_var").stream()
            .map(parameter -> node.name() + "." + parameter)
            .toList();
    operation("BatchNormalization", node, parameters).addAttribute(number("epsilon", 1e-5f));
  }

  /** ONNX keeps height and width of 1, Fovea does not. */
  private void average(Graph.Node node) {
    String maps = node.name() + "_maps";
    node("GlobalAveragePool", node.inputs(), maps);
    node("Flatten", List.of(maps), node.name()).addAttribute(number("axis", 1L));
  }

  private List<String> parameters(Graph.Node node) {
    return weights.names().stream().filter(name -> name.startsWith(node.name() + ".")).toList();
  }

  private OnnxMl.NodeProto.Builder operation(
      String type, Graph.Node node, List<String> parameters) {
    List<String> inputs = new ArrayList<>(node.inputs());
    for (String parameter : parameters) {
      graph.addInitializer(tensor(parameter));
      inputs.add(parameter);
    }
    return node(type, inputs, node.name());
  }

  private OnnxMl.NodeProto.Builder node(String type, List<String> inputs, String output) {
    return graph
        .addNodeBuilder()
        .setOpType(type)
        .setName(output)
        .addAllInput(inputs)
        .addOutput(output);
  }

  private OnnxMl.TensorProto tensor(String name) {
    float[] values = weights.values(name);
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    OnnxMl.TensorProto.Builder tensor =
        OnnxMl.TensorProto.newBuilder()
            .setName(name)
            .setDataType(OnnxMl.TensorProto.DataType.FLOAT_VALUE)
            .setRawData(ByteString.copyFrom(bytes));
    Shape shape = weights.shape(name);
    for (int d = 0; d < shape.rank(); d++) {
      tensor.addDims(shape.size(d));
    }
    return tensor.build();
  }

  private static OnnxMl.ValueInfoProto value(String name, int batch, Shape shape) {
    OnnxMl.TensorShapeProto.Builder dimensions = OnnxMl.TensorShapeProto.newBuilder();
    dimensions.addDimBuilder().setDimValue(batch);
    for (int d = 0; d < shape.rank(); d++) {
      dimensions.addDimBuilder().setDimValue(shape.size(d));
    }
    OnnxMl.TypeProto.Tensor tensor =
        OnnxMl.TypeProto.Tensor.newBuilder()
            .setElemType(OnnxMl.TensorProto.DataType.FLOAT_VALUE)
            .setShape(dimensions)
            .build();
    return OnnxMl.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(OnnxMl.TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static OnnxMl.AttributeProto number(String name, long value) {
    return OnnxMl.AttributeProto.newBuilder()
        .setName(name)
        .setType(OnnxMl.AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static OnnxMl.AttributeProto number(String name, float value) {
    return OnnxMl.AttributeProto.newBuilder()
        .setName(name)
        .setType(OnnxMl.AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  private static OnnxMl.AttributeProto numbers(String name, List<Long> values) {
    return OnnxMl.AttributeProto.newBuilder()
        .setName(name)
        .setType(OnnxMl.AttributeProto.AttributeType.INTS)
        .addAllInts(values)
        .build();
  }

  private static List<Long> kernel(Window window) {
    return List.of((long) window.kernelHeight(), (long) window.kernelWidth());
  }

  private static List<Long> strides(Window window) {
    return List.of((long) window.strideHeight(), (long) window.strideWidth());
  }

  private static List<Long> pads(Window window) {
    return List.of(
        (long) window.top(), (long) window.left(), (long) window.bottom(), (long) window.right());
  }
}

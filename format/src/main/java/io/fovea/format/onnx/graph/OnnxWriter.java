package io.fovea.format.onnx.graph;

import io.fovea.format.FormatException;
import io.fovea.format.content.OutputFile;
import io.fovea.format.onnx.proto.GraphProto;
import io.fovea.format.onnx.proto.ModelProto;
import io.fovea.format.onnx.proto.NodeProto;
import io.fovea.format.onnx.proto.OperatorSetIdProto;
import io.fovea.format.onnx.proto.StringStringEntryProto;
import io.fovea.format.onnx.proto.TensorShapeProto;
import io.fovea.format.onnx.proto.TypeProto;
import io.fovea.format.onnx.proto.ValueInfoProto;
import io.fovea.format.onnx.value.Dimension;
import io.fovea.format.onnx.value.ValueInfo;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** Writes a graph as an ONNX file: the same graph gives the same bytes. */
public final class OnnxWriter {
  /** The first version of the file format where an initializer need not be an input as well. */
  private static final int OLDEST = 4;

  private OnnxWriter() {}

  public static void write(OnnxGraph graph, Path file) throws FormatException {
    OutputFile.write(file, model(graph)::writeTo);
  }

  public static ModelProto model(OnnxGraph graph) {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(irVersion(graph.opset()))
            .setProducerName(graph.about().producer())
            .setDocString(graph.about().doc())
            .setGraph(graph(graph));
    graph
        .about()
        .opsets()
        .forEach(
            (domain, version) ->
                model.addOpsetImport(
                    OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version)));
    graph
        .about()
        .metadata()
        .forEach(
            (key, value) ->
                model.addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build();
  }

  /**
   * The version of the file format that came with an operator set (onnx, docs/Versioning.md):
   * readers of that time accept it.
   */
  private static int irVersion(int opset) {
    return OLDEST + (int) IntStream.of(9, 10, 11, 14, 18, 20).filter(last -> opset > last).count();
  }

  private static GraphProto graph(OnnxGraph graph) {
    GraphProto.Builder proto = GraphProto.newBuilder().setName(graph.name());
    graph.nodes().forEach(node -> proto.addNode(node(node)));
    graph
        .initializers()
        .forEach((name, array) -> proto.addInitializer(TensorProtos.write(name, array)));
    graph.inputs().forEach(input -> proto.addInput(value(input)));
    graph.outputs().forEach(output -> proto.addOutput(value(output)));
    return proto.build();
  }

  private static NodeProto node(OnnxNode node) {
    NodeProto.Builder proto =
        NodeProto.newBuilder()
            .setName(node.name())
            .setOpType(node.opType())
            .addAllInput(node.inputs())
            .addAllOutput(node.outputs());
    if (!node.domain().isEmpty()) {
      proto.setDomain(node.domain());
    }
    node.attributes()
        .forEach((name, attribute) -> proto.addAttribute(AttributeProtos.write(name, attribute)));
    return proto.build();
  }

  private static ValueInfoProto value(ValueInfo value) {
    ValueInfoProto.Builder proto = ValueInfoProto.newBuilder().setName(value.name());
    if (value.typeCode() == 0) {
      return proto.build();
    }
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(value.typeCode());
    if (value.dims() != null) {
      TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
      for (Dimension dim : value.dims()) {
        TensorShapeProto.Dimension.Builder one = TensorShapeProto.Dimension.newBuilder();
        if (dim.isFixed()) {
          one.setDimValue(dim.size());
        } else if (!dim.name().isEmpty()) {
          one.setDimParam(dim.name());
        }
        shape.addDim(one);
      }
      tensor.setShape(shape);
    }
    return proto.setType(TypeProto.newBuilder().setTensorType(tensor)).build();
  }
}

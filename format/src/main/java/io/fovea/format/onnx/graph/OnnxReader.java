package io.fovea.format.onnx.graph;

import com.google.protobuf.InvalidProtocolBufferException;
import io.fovea.format.FormatException;
import io.fovea.format.content.FileContent;
import io.fovea.format.content.InputFile;
import io.fovea.format.message.Quotation;
import io.fovea.format.onnx.graph.OnnxGraph.About;
import io.fovea.format.onnx.proto.GraphProto;
import io.fovea.format.onnx.proto.ModelProto;
import io.fovea.format.onnx.proto.NodeProto;
import io.fovea.format.onnx.proto.OperatorSetIdProto;
import io.fovea.format.onnx.proto.StringStringEntryProto;
import io.fovea.format.onnx.proto.TensorProto;
import io.fovea.format.onnx.proto.TensorShapeProto;
import io.fovea.format.onnx.proto.TypeProto;
import io.fovea.format.onnx.proto.ValueInfoProto;
import io.fovea.format.onnx.value.Dimension;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.format.onnx.value.ValueInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads an ONNX file (github.com/onnx/onnx, docs/IR.md) and checks that it is a graph. */
public record OnnxReader(String place, ExternalData beside, About about) {
  /** The graph of a file, with its external data. */
  public static OnnxGraph read(Path file) throws FormatException {
    String place = Quotation.fileName(file) + ": read";
    InputFile.requireFile(file, place);
    FileContent content = FileContent.of(file);
    ExternalData beside = new ExternalData(file.toAbsolutePath().getParent());
    try {
      long size = Files.size(file);
      if (size > Integer.MAX_VALUE - 8) {
        throw new FormatException(
            "%s: an ONNX file has less than 2 GB, got %d bytes; keep its values in files beside it"
                .formatted(place, size));
      }
      return graph(ModelFile.of(file), content, place, beside);
    } catch (InvalidProtocolBufferException damaged) {
      throw damaged(content, place, damaged);
    } catch (FormatException known) {
      throw known;
    } catch (IOException failure) {
      throw FormatException.of(file, "read", failure);
    }
  }

  private static FormatException damaged(
      FileContent content, String place, InvalidProtocolBufferException cause) {
    return new FormatException(
        place
            + ": "
            + content
                .unlike(FileContent.ONNX)
                .orElse(
                    "this is no ONNX file, or it is damaged or cut off; fetch or write it again"),
        cause);
  }

  private static OnnxGraph graph(
      ModelFile file, FileContent content, String place, ExternalData beside)
      throws FormatException {
    ModelProto model = file.model();
    if (!model.hasGraph()) {
      throw new FormatException(
          place
              + ": "
              + content
                  .unlike(FileContent.ONNX)
                  .orElse("this is no ONNX model, for it has no graph; check the path"));
    }
    OnnxReader reader = new OnnxReader(place, beside, about(model));
    return reader.graph(model.getGraph(), file.initializers());
  }

  private static About about(ModelProto model) {
    Map<String, Integer> opsets = new LinkedHashMap<>();
    for (OperatorSetIdProto opset : model.getOpsetImportList()) {
      String domain = opset.getDomain().equals("ai.onnx") ? "" : opset.getDomain();
      opsets.put(domain, Math.clamp(opset.getVersion(), 0, Integer.MAX_VALUE));
    }
    opsets.putIfAbsent("", 1); // the oldest files do not say it
    Map<String, String> metadata = new LinkedHashMap<>();
    for (StringStringEntryProto entry : model.getMetadataPropsList()) {
      metadata.put(entry.getKey(), entry.getValue());
    }
    String producer = (model.getProducerName() + " " + model.getProducerVersion()).strip();
    return new About(opsets, producer, model.getDocString(), metadata);
  }

  private OnnxGraph graph(GraphProto graph, List<ModelFile.StoredInitializer> constants)
      throws FormatException {
    if (graph.getSparseInitializerCount() > 0) {
      throw new FormatException(
          place + ": sparse initializers are not supported; write it with dense ones");
    }
    Map<String, NdArray> initializers = new LinkedHashMap<>();
    for (ModelFile.StoredInitializer constant : constants) {
      TensorProto tensor = constant.tensor();
      if (tensor.getName().isEmpty()) {
        throw new FormatException(place + ": an initializer has no name; the file is damaged");
      }
      NdArray value = TensorProtos.read(tensor, constant.values(), place, beside);
      if (initializers.put(tensor.getName(), value) != null) {
        throw twice(tensor.getName());
      }
    }
    List<ValueInfo> inputs = new ArrayList<>();
    Set<String> known = new HashSet<>(initializers.keySet());
    for (ValueInfoProto input : graph.getInputList()) {
      if (!initializers.containsKey(input.getName())) {
        if (!known.add(input.getName())) {
          throw twice(input.getName());
        }
        inputs.add(value(input));
      }
    }
    Set<String> all = new HashSet<>(known);
    graph.getNodeList().forEach(node -> all.addAll(node.getOutputList()));
    List<OnnxNode> nodes = new ArrayList<>();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      nodes.add(node(graph.getNode(i), i));
    }
    nodes = new TopologicalOrder(place).sorted(nodes, known);
    List<ValueInfo> outputs = new ArrayList<>();
    for (ValueInfoProto output : graph.getOutputList()) {
      if (!all.contains(output.getName())) {
        throw new FormatException(
            "%s: output %s is computed by no node; the file is damaged"
                .formatted(place, Quotation.of(output.getName())));
      }
      outputs.add(value(output));
    }
    return new OnnxGraph(graph.getName(), nodes, initializers, inputs, outputs, about);
  }

  private FormatException twice(String name) {
    return new FormatException(
        "%s: two values have the name %s; the file is damaged"
            .formatted(place, Quotation.of(name)));
  }

  private ValueInfo value(ValueInfoProto value) throws FormatException {
    TypeProto type = value.getType();
    if (!type.hasTensorType()) {
      return new ValueInfo(value.getName(), 0, null);
    }
    if (!type.getTensorType().hasShape()) {
      return new ValueInfo(value.getName(), type.getTensorType().getElemType(), null);
    }
    List<Dimension> dims = new ArrayList<>();
    for (TensorShapeProto.Dimension dim : type.getTensorType().getShape().getDimList()) {
      if (!dim.hasDimValue() || dim.getDimValue() < 0) {
        dims.add(Dimension.open(dim.getDimParam())); // some exporters write -1 for an open size
      } else if (dim.getDimValue() > Integer.MAX_VALUE) {
        throw new FormatException(
            "%s: value %s must have dimensions up to %d, got %d; the file is damaged"
                .formatted(
                    place, Quotation.of(value.getName()), Integer.MAX_VALUE, dim.getDimValue()));
      } else {
        dims.add(Dimension.of((int) dim.getDimValue()));
      }
    }
    return new ValueInfo(value.getName(), type.getTensorType().getElemType(), dims);
  }

  private OnnxNode node(NodeProto node, int index) throws FormatException {
    String name = node.getName().isEmpty() ? node.getOpType() + "_" + index : node.getName();
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    AttributeProtos reader = new AttributeProtos(place + ": node " + Quotation.of(name), beside);
    for (var attribute : node.getAttributeList()) {
      if (attributes.put(attribute.getName(), reader.read(attribute)) != null) {
        throw new FormatException(
            "%s: node %s has attribute %s twice; the file is damaged"
                .formatted(place, Quotation.of(name), Quotation.of(attribute.getName())));
      }
    }
    return new OnnxNode(
        name,
        node.getOpType(),
        node.getDomain(),
        node.getInputList(),
        node.getOutputList(),
        attributes);
  }
}

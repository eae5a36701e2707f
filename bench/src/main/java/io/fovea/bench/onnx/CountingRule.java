package io.fovea.bench.onnx;

import io.fovea.format.onnx.proto.AttributeProto;
import io.fovea.format.onnx.proto.GraphProto;
import io.fovea.format.onnx.proto.ModelProto;
import io.fovea.format.onnx.proto.NodeProto;
import io.fovea.format.onnx.proto.TensorProto;
import io.fovea.format.onnx.proto.ValueInfoProto;
import io.fovea.format.onnx.value.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which cases count, decided by what the model is and never by how it fares: all its operators are
 * on the list, and all its values are tensors of float, int64, int32 or bool.
 *
 * @param operators the list
 */
record CountingRule(Set<String> operators) {
  private static final Set<Integer> TYPES =
      Set.of(
          ElementType.FLOAT.code(),
          ElementType.INT64.code(),
          ElementType.INT32.code(),
          ElementType.BOOL.code());

  static CountingRule read(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return new CountingRule(
          lines
              .filter(line -> !line.startsWith("#"))
              .flatMap(line -> Arrays.stream(line.split(" ", -1)))
              .filter(name -> !name.isEmpty())
              .collect(Collectors.toUnmodifiableSet()));
    }
  }

  /** Why a model does not count; empty if it does. */
  Optional<String> exclusion(ModelProto model) {
    GraphProto graph = model.getGraph();
    Set<String> others = new TreeSet<>();
    for (NodeProto node : graph.getNodeList()) {
      if (!operators.contains(node.getOpType()) || !node.getDomain().isEmpty()) {
        others.add(node.getOpType());
      }
    }
    if (!others.isEmpty()) {
      return Optional.of("an operator that is not on the list");
    }
    for (ValueInfoProto value : graph.getInputList()) {
      if (!value.getType().hasTensorType()) {
        return Optional.of("a sequence or an optional value");
      }
    }
    Set<Integer> types = types(graph);
    types.removeAll(TYPES);
    if (!types.isEmpty()) {
      return Optional.of("values of " + ElementType.nameOf(types.iterator().next()));
    }
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Dropout") && node.getInputCount() > 2) {
        return Optional.of("dropout in training, which needs numpy's random numbers");
      }
    }
    return Optional.empty();
  }

  private static Set<Integer> types(GraphProto graph) {
    Set<Integer> types = new TreeSet<>();
    Stream.concat(graph.getInputList().stream(), graph.getOutputList().stream())
        .map(value -> value.getType().getTensorType().getElemType())
        .forEach(types::add);
    graph.getInitializerList().stream().map(TensorProto::getDataType).forEach(types::add);
    for (NodeProto node : graph.getNodeList()) {
      node.getAttributeList().stream()
          .filter(AttributeProto::hasT)
          .map(attribute -> attribute.getT().getDataType())
          .forEach(types::add);
    }
    return types;
  }
}

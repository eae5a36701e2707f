package io.fovea.format.onnx.export;

import io.fovea.format.onnx.graph.OnnxGraph;
import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.value.Dimension;
import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.ValueInfo;
import io.fovea.format.weights.StoredAnswers;
import io.fovea.network.AnswerRule;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Exports a network as an ONNX graph: input "input" (N, C, H, W), output "output", nodes and
 * weights under their names, labels and preprocessing in the metadata. The same model gives the
 * same graph.
 */
public final class NetworkExport {
  /** The version of ONNX's operators in written files. */
  public static final int OPSET = 17;

  public static final String OUTPUT = "output";

  /** The name of the batch size, which is known only at run time. */
  private static final String BATCH = "N";

  private NetworkExport() {}

  /**
   * The graph of a network.
   *
   * @param model a copy, so that weights and answers are of the same moment
   * @param metadata further texts for the file
   * @param probabilities whether the outputs are probabilities instead of logits: a softmax, or a
   *     sigmoid where classes do not exclude each other
   * @throws IllegalArgumentException if a layer is user-defined
   */
  public static OnnxGraph graph(
      Network model, Map<String, String> metadata, boolean probabilities) {
    Graph graph = model.graph();
    GraphWriter writer = new GraphWriter();
    for (Graph.Node node : graph.nodes()) {
      LayerNodes.write(new ExportContext(writer, model, node, node.inputs()), node.layer());
    }
    String last = graph.nodes().getLast().name();
    if (probabilities) {
      String flat = last;
      Attributes axis = new Attributes().with("axis", 1);
      if (graph.output().rank() == 3) {
        flat = writer.node("output/flat", "Flatten", axis, List.of(last));
      }
      boolean isSeveral =
          model.answers().filter(AnswerRule.SeveralLabels.class::isInstance).isPresent();
      last =
          isSeveral
              ? writer.node("output/sigmoid", "Sigmoid", new Attributes(), List.of(flat))
              : writer.node("output/softmax", "Softmax", axis, List.of(flat));
    }
    Shape output = probabilities ? graph.output().flattened() : graph.output();
    boolean free = graph.nodes().stream().noneMatch(node -> node.name().equals(OUTPUT));
    List<OnnxNode> nodes = free ? renamed(writer.nodes(), last) : writer.nodes();
    return new OnnxGraph(
        "fovea",
        nodes,
        writer.initializers(),
        List.of(value(Graph.INPUT, graph.input())),
        List.of(value(free ? OUTPUT : last, output)),
        about(model, metadata));
  }

  private static OnnxGraph.About about(Network model, Map<String, String> metadata) {
    Map<String, Integer> opsets = new LinkedHashMap<>();
    opsets.put("", OPSET);
    Map<String, String> texts = new LinkedHashMap<>(metadata);
    if (model.answers().isPresent()) {
      texts.put(StoredAnswers.ANSWERS, StoredAnswers.json(model.answers().get()));
    }
    return new OnnxGraph.About(opsets, "Fovea", "", texts);
  }

  /** The value of the last node gets the output's name; the node keeps its own. */
  private static List<OnnxNode> renamed(List<OnnxNode> nodes, String last) {
    UnaryOperator<String> name = value -> value.equals(last) ? OUTPUT : value;
    List<OnnxNode> renamed = new ArrayList<>();
    for (OnnxNode node : nodes) {
      renamed.add(
          new OnnxNode(
              node.name(),
              node.opType(),
              node.inputs().stream().map(name).toList(),
              node.outputs().stream().map(name).toList(),
              node.attributes()));
    }
    return renamed;
  }

  private static ValueInfo value(String name, Shape shape) {
    List<Dimension> dims = new ArrayList<>();
    dims.add(Dimension.open(BATCH));
    for (int size : shape.sizes()) {
      dims.add(Dimension.of(size));
    }
    return new ValueInfo(name, ElementType.FLOAT, dims);
  }
}

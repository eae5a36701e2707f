package io.fovea.format.onnx.operator;

import io.fovea.format.message.Quotation;
import io.fovea.format.onnx.graph.OnnxGraph;
import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.format.onnx.value.ValueInfo;
import io.fovea.parallel.Workers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs a graph node by node; a value is released after its last reader. */
public final class Interpreter {
  private final OnnxGraph graph;
  private final Workers workers;
  private final @Nullable PackedLayers kept;

  /** The values whose last reader is a node, by the node's index. */
  private final List<List<String>> done;

  private final Set<String> constants;

  /** An interpreter that keeps nothing from run to run. */
  public Interpreter(OnnxGraph graph, Workers workers) {
    this(graph, workers, null);
  }

  /**
   * An interpreter of a graph.
   *
   * @param kept weights from earlier runs of this graph, to which it adds
   * @throws UnsupportedOperationException if there are unsupported nodes; the message names all of
   *     them
   */
  public Interpreter(OnnxGraph graph, Workers workers, @Nullable PackedLayers kept) {
    List<String> unsupported = Operators.unsupported(graph);
    if (!unsupported.isEmpty()) {
      throw new UnsupportedOperationException(
          "%d of %d nodes %s not supported: %s"
              .formatted(
                  unsupported.size(),
                  graph.nodes().size(),
                  unsupported.size() == 1 ? "is" : "are",
                  String.join(", ", unsupported)));
    }
    this.graph = graph;
    this.workers = workers;
    this.kept = kept;
    this.done = done(graph);
    this.constants = constants(graph);
  }

  private static List<List<String>> done(OnnxGraph graph) {
    Set<String> kept = new HashSet<>();
    graph.outputs().forEach(output -> kept.add(output.name()));
    List<List<String>> done = new ArrayList<>();
    for (int i = graph.nodes().size() - 1; i >= 0; i--) {
      OnnxNode node = graph.nodes().get(i);
      // outputs too, for those without a reader
      done.add(
          Stream.concat(node.inputs().stream(), node.outputs().stream())
              .filter(kept::add)
              .toList());
    }
    return done.reversed();
  }

  /**
   * The outputs by name, in the graph's order.
   *
   * @param inputs a value for each input of the graph
   * @throws IllegalArgumentException if a node cannot be computed from them; the message names it
   * @throws UnsupportedOperationException if no layer computes a node; the message names it
   */
  public Map<String, NdArray> run(Map<String, NdArray> inputs) {
    Map<String, NdArray> given = new HashMap<>(graph.initializers());
    given.putAll(inputs);
    Map<String, NdArray> values = new HashMap<>();
    ValueBudget budget = ValueBudget.ofThisProcess();
    for (int i = 0; i < graph.nodes().size(); i++) {
      OnnxNode node = graph.nodes().get(i);
      List<@Nullable NdArray> arguments = new ArrayList<>();
      for (String name : node.inputs()) {
        arguments.add(name.isEmpty() ? null : value(name, values, given));
      }
      int opset = graph.opset(node.domain());
      boolean fixed =
          constants.containsAll(
              node.inputs().subList(Math.min(1, arguments.size()), arguments.size()));
      PackedLayers own = fixed ? kept : null;
      List<NdArray> results = budget.apply(node, opset, arguments, workers, own, values.values());
      for (int k = 0; k < node.outputs().size(); k++) {
        String name = node.outputs().get(k);
        if (!name.isEmpty()) {
          if (k >= results.size()) {
            throw new IllegalArgumentException(
                "node %s, opset %d: has no output %d here".formatted(node.label(), opset, k));
          }
          values.put(name, results.get(k));
        }
      }
      for (String name : done.get(i)) {
        values.remove(name);
        given.remove(name);
      }
    }
    Map<String, NdArray> outputs = new LinkedHashMap<>();
    for (ValueInfo output : graph.outputs()) {
      NdArray value = value(output.name(), values, given);
      if (value == null) {
        throw new IllegalArgumentException(
            "output %s has no value".formatted(Quotation.of(output.name())));
      }
      outputs.put(output.name(), value);
    }
    return outputs;
  }

  /** Initializers, and what is computed of nothing else: the same in every run. */
  private static Set<String> constants(OnnxGraph graph) {
    Set<String> constants = new HashSet<>(graph.initializers().keySet());
    constants.add(""); // an input that is left out
    for (OnnxNode node : graph.nodes()) {
      if (constants.containsAll(node.inputs())) {
        constants.addAll(node.outputs());
      }
    }
    return constants;
  }

  private static @Nullable NdArray value(
      String name, Map<String, NdArray> values, Map<String, NdArray> given) {
    NdArray value = values.get(name);
    return value == null ? given.get(name) : value;
  }
}

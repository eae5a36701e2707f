package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.graph.OnnxGraph;
import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.parallel.Workers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Constant folding: computes all values that depend on constants only. */
public final class ConstantFolding {
  private ConstantFolding() {}

  /**
   * All constant values: initializers, the given ones, and results of supported nodes with constant
   * inputs.
   *
   * @param known further known values, which may include inputs
   * @throws IllegalArgumentException if a node cannot be computed from its constants
   * @throws UnsupportedOperationException if no layer computes a node
   */
  public static Map<String, NdArray> constants(OnnxGraph graph, Map<String, NdArray> known) {
    Workers caller = Workers.of(1); // folded values are small
    Map<String, NdArray> constants = new HashMap<>(graph.initializers());
    constants.putAll(known);
    List<NdArray> computed = new ArrayList<>();
    ValueBudget budget = ValueBudget.ofThisProcess();
    for (OnnxNode node : graph.nodes()) {
      if (!Operators.isSupported(node) || constants.keySet().containsAll(node.outputs())) {
        continue;
      }
      List<@Nullable NdArray> inputs = new ArrayList<>();
      boolean all = true;
      for (String name : node.inputs()) {
        NdArray value = constants.get(name);
        all &= value != null || name.isEmpty();
        inputs.add(value);
      }
      if (all) {
        List<NdArray> results =
            budget.apply(node, graph.opset(node.domain()), inputs, caller, null, computed);
        computed.addAll(results);
        for (int k = 0; k < Math.min(results.size(), node.outputs().size()); k++) {
          if (!node.outputs().get(k).isEmpty()) {
            constants.put(node.outputs().get(k), results.get(k));
          }
        }
      }
    }
    return constants;
  }

  /**
   * The same graph without nodes whose outputs are constant, and without those that no output
   * needs. Constants that are still read become initializers.
   */
  public static OnnxGraph folded(OnnxGraph graph) {
    Map<String, NdArray> constants = constants(graph, Map.of());
    OnnxGraph open = graph.without(node -> constants.keySet().containsAll(node.outputs()));
    Map<String, NdArray> initializers = new LinkedHashMap<>(constants);
    initializers.keySet().retainAll(open.read());
    return open.with(open.nodes(), initializers);
  }
}

package io.fovea.format.onnx.graph;

import io.fovea.format.onnx.value.NdArray;
import io.fovea.format.onnx.value.ValueInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * An ONNX graph: immutable data.
 *
 * @param nodes in topological order: each reads only values of nodes before it
 * @param initializers constant values by name
 * @param inputs the inputs of a run, without initializers, which old files list as well
 * @param outputs the computed values
 * @param about producer, operator sets, and free texts
 */
public record OnnxGraph(
    String name,
    List<OnnxNode> nodes,
    Map<String, NdArray> initializers,
    List<ValueInfo> inputs,
    List<ValueInfo> outputs,
    About about) {
  public OnnxGraph {
    nodes = List.copyOf(nodes);
    initializers = Collections.unmodifiableMap(new LinkedHashMap<>(initializers));
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** The same with other nodes and constants. */
  public OnnxGraph with(List<OnnxNode> others, Map<String, NdArray> constants) {
    return new OnnxGraph(name, others, constants, inputs, outputs, about);
  }

  /** The names of all values that nodes read, or that are outputs. */
  public Set<String> read() {
    Set<String> read = new HashSet<>();
    nodes.forEach(node -> read.addAll(node.inputs()));
    outputs.forEach(output -> read.add(output.name()));
    return read;
  }

  /**
   * The same without the nodes that are known otherwise, and without those that no output needs.
   */
  public OnnxGraph without(Predicate<OnnxNode> known) {
    Set<String> needed = new HashSet<>();
    outputs.forEach(output -> needed.add(output.name()));
    List<OnnxNode> kept = new ArrayList<>();
    for (OnnxNode node : nodes.reversed()) {
      if (!known.test(node) && node.outputs().stream().anyMatch(needed::contains)) {
        kept.add(node);
        needed.addAll(node.inputs());
      }
    }
    return with(kept.reversed(), initializers);
  }

  /**
   * A model's description of itself.
   *
   * @param opsets the version of each operator set by its domain; ONNX's own is the empty one
   * @param producer the program that wrote it, with its version
   * @param doc a description
   * @param metadata free texts by name ({@code metadata_props})
   */
  public record About(
      Map<String, Integer> opsets, String producer, String doc, Map<String, String> metadata) {
    public About {
      opsets = Collections.unmodifiableMap(new LinkedHashMap<>(opsets));
      metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    public static About opset(int version) {
      return new About(Map.of("", version), "", "", Map.of());
    }
  }

  public int opset() {
    return opset("");
  }

  /** The version of an operator set; 0 where the model names none. */
  public int opset(String domain) {
    return about.opsets().getOrDefault(domain, 0);
  }
}

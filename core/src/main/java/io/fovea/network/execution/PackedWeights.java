package io.fovea.network.execution;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Packing;
import io.fovea.layer.Layer;
import io.fovea.layer.LayerKernel;
import io.fovea.layer.Parameter;
import io.fovea.layer.Values;
import io.fovea.network.Graph;
import io.fovea.network.Weights;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Weights in the form in which the kernels of one set store them: a trainer updates them in place,
 * a classifier computes with them. {@link #snapshot} returns the logical values.
 *
 * <p>A packing is as large as its weight, so it is computed again when needed instead of being
 * kept.
 */
public final class PackedWeights {
  /**
   * One parameter or buffer.
   *
   * @param weight its description
   * @param packing where kernels store which value
   * @param stored the stored values, not a copy: padding is zero and must stay zero
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Entry(Graph.Weight weight, Packing packing, float[] stored) {
    /** The full name, such as conv1.weight. */
    public String name() {
      return weight.name();
    }

    public String node() {
      return weight.node().name();
    }

    public Layer layer() {
      return weight.node().layer();
    }

    public Parameter parameter() {
      return weight.parameter();
    }

    /** Values in this entry's stored form, such as a gradient, in logical order. */
    public float[] logical(float[] packed) {
      return packing.unpack(packed);
    }

    /**
     * Logical values, such as a momentum read from a checkpoint, in this entry's stored form,
     * always a new array.
     */
    public float[] packed(float[] logical) {
      return packing.pack(logical);
    }
  }

  private final Graph graph;
  private final Plan plan;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, Values> nodes = new HashMap<>();

  private PackedWeights(Graph graph) {
    this.graph = graph;
    this.plan = new Plan(graph);
  }

  /** A packed copy of a network's weights, which may be updated. */
  public static PackedWeights of(Graph graph, Weights weights, KernelSet kernels) {
    weights.requireFit(graph);
    return of(graph, weights::shared, kernels, false);
  }

  /** As above, for inference: weights whose stored form is the logical one are not copied. */
  public static PackedWeights readOnly(ComputedNetwork network, KernelSet kernels) {
    return of(network.graph(), network.weights(), kernels, true);
  }

  private static PackedWeights of(
      Graph graph, Function<String, float[]> weights, KernelSet kernels, boolean readOnly) {
    PackedWeights packed = new PackedWeights(graph);
    for (Graph.Weight weight : graph.weights()) {
      List<Shape> inputs = graph.inputShapes(weight.node());
      float[] logical = weights.apply(weight.name());
      Packing packing =
          LayerKernel.packing(
              kernels.kernels(readOnly), weight.node().layer(), weight.parameter(), inputs);
      float[] stored = readOnly && packing.isIdentity() ? logical : packing.pack(logical);
      packed.entries.add(new Entry(weight, packing, stored));
    }
    for (Graph.Node node : graph.nodes()) {
      packed.nodes.put(node.name(), packed.valuesOf(node.name()));
    }
    return packed;
  }

  private Values valuesOf(String node) {
    Map<String, float[]> own = new HashMap<>();
    for (Entry entry : entries) {
      if (entry.node().equals(node)) {
        own.put(entry.parameter().name(), entry.stored());
      }
    }
    return parameter -> {
      float[] array = own.get(parameter);
      if (array == null) {
        throw new IllegalArgumentException(node + ": has no parameter named " + parameter);
      }
      return array;
    };
  }

  public Graph graph() {
    return graph;
  }

  Plan plan() {
    return plan;
  }

  public List<Entry> entries() {
    return List.copyOf(entries);
  }

  public Values node(String name) {
    return nodes.getOrDefault(name, Values.NONE);
  }

  /** The present values, in logical order. */
  public Weights snapshot() {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Entry entry : entries) {
      values.put(entry.name(), entry.logical(entry.stored()));
    }
    return Weights.of(graph, values);
  }
}

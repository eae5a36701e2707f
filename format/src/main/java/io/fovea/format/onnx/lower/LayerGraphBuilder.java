package io.fovea.format.onnx.lower;

import io.fovea.layer.Layer;
import io.fovea.layer.Parameter;
import io.fovea.network.Graph;
import io.fovea.network.Weights;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A graph of core under construction: layers with their weights, in topological order. Names are
 * assigned at the end; until then a layer has an id.
 */
final class LayerGraphBuilder {
  static final int INPUT = 0;

  /**
   * One layer of the graph, which has no final name yet.
   *
   * @param preferredName its name, unless another layer has it
   * @param inputs ids of the layers that it reads
   * @param weights under the layer's own names, in logical order; missing ones get their initial
   *     value
   */
  record PendingLayer(
      int nodeId,
      String preferredName,
      Layer layer,
      List<Integer> inputs,
      Map<String, float[]> weights) {
    PendingLayer {
      inputs = List.copyOf(inputs);
      weights = Map.copyOf(weights);
    }

    int input() {
      return inputs.getFirst();
    }

    PendingLayer as(
        String newName, Layer other, List<Integer> newInputs, Map<String, float[]> values) {
      return new PendingLayer(nodeId, newName, other, newInputs, values);
    }
  }

  private static final Pattern FOREIGN = Pattern.compile("[^A-Za-z0-9_-]+");
  private static final Pattern EDGES = Pattern.compile("^_+|_+$");
  private static final int LONGEST_NAME = 200;

  private final Shape input;
  private final Map<Integer, PendingLayer> entries = new LinkedHashMap<>();
  private final Map<Integer, Shape> shapes = new LinkedHashMap<>();
  private int last = INPUT;

  LayerGraphBuilder(Shape input) {
    this.input = input;
    shapes.put(INPUT, input);
  }

  /**
   * Adds a layer.
   *
   * @return its id
   * @throws IllegalArgumentException if the layer refuses its inputs' shapes
   */
  int add(String preferredName, Layer layer, List<Integer> inputs, Map<String, float[]> weights) {
    Shape shape = layer.output(inputs.stream().map(this::shape).toList());
    last++;
    entries.put(last, new PendingLayer(last, preferredName, layer, inputs, weights));
    shapes.put(last, shape);
    return last;
  }

  int add(String preferredName, Layer layer, int inputId) {
    return add(preferredName, layer, List.of(inputId), Map.of());
  }

  /** The shape of a layer's output, or of the input, for one image. */
  Shape shape(int nodeId) {
    return Objects.requireNonNull(shapes.get(nodeId));
  }

  /** The layer of an id that is not the input. */
  PendingLayer entry(int nodeId) {
    return Objects.requireNonNull(entries.get(nodeId));
  }

  List<PendingLayer> entries() {
    return List.copyOf(entries.values());
  }

  /** Replaces the layer of an id by one of the same output shape. */
  void replace(PendingLayer entry) {
    Shape shape = entry.layer().output(entry.inputs().stream().map(this::shape).toList());
    assert shape.equals(shape(entry.nodeId())) : entry + " gives " + shape;
    entries.put(entry.nodeId(), entry);
  }

  /** The number of readers of each value, including the network's output. */
  Map<Integer, Integer> readers(int end) {
    Map<Integer, Integer> readers = new HashMap<>(Map.of(end, 1));
    for (PendingLayer entry : entries.values()) {
      entry.inputs().forEach(inputId -> readers.merge(inputId, 1, Integer::sum));
    }
    return readers;
  }

  /**
   * Takes out some layers of one input: whoever reads one reads its input instead.
   *
   * @return where the network ends now
   */
  int bypass(Predicate<PendingLayer> gone, int end) {
    Map<Integer, Integer> instead = new HashMap<>();
    for (PendingLayer entry : entries()) {
      List<Integer> inputs =
          entry.inputs().stream().map(inputId -> instead.getOrDefault(inputId, inputId)).toList();
      if (gone.test(entry)) {
        instead.put(entry.nodeId(), inputs.getFirst());
        entries.remove(entry.nodeId());
      } else {
        entries.put(
            entry.nodeId(),
            entry.as(entry.preferredName(), entry.layer(), inputs, entry.weights()));
      }
    }
    return instead.getOrDefault(end, end);
  }

  /** Drops layers that the output does not depend on. */
  void dropUnused(int end) {
    Set<Integer> used = new HashSet<>(Set.of(end));
    // Readers come behind what they read: one walk from the end finds all.
    for (PendingLayer entry : entries().reversed()) {
      if (used.contains(entry.nodeId())) {
        used.addAll(entry.inputs());
      } else {
        entries.remove(entry.nodeId());
      }
    }
  }

  /**
   * The structure with final names.
   *
   * @throws IllegalArgumentException if the layers do not fit together
   */
  Graph graph() {
    Map<Integer, String> names = names();
    List<Graph.Node> nodes = new ArrayList<>();
    for (PendingLayer entry : entries.values()) {
      List<String> inputs = entry.inputs().stream().map(names::get).toList();
      nodes.add(new Graph.Node(name(names, entry.nodeId()), entry.layer(), inputs));
    }
    return Graph.of(input, nodes);
  }

  private static String name(Map<Integer, String> names, int nodeId) {
    return Objects.requireNonNull(names.get(nodeId));
  }

  /**
   * The values for that structure.
   *
   * @throws IllegalArgumentException if a number of values does not fit
   */
  Weights weights(Graph graph) {
    Map<String, float[]> values = new LinkedHashMap<>();
    Map<Integer, String> names = names();
    for (PendingLayer entry : entries.values()) {
      List<Shape> inputShapes = entry.inputs().stream().map(this::shape).toList();
      for (Parameter parameter : entry.layer().parameters(inputShapes)) {
        float[] given = entry.weights().get(parameter.name());
        values.put(
            name(names, entry.nodeId()) + "." + parameter.name(),
            given != null ? given : initial(parameter));
      }
    }
    return Weights.owning(graph, values);
  }

  private static float[] initial(Parameter parameter) {
    float[] values = new float[parameter.shape().elements()];
    Arrays.fill(values, parameter.role().initial());
    return values;
  }

  /**
   * Names for the nodes of a core graph from those of an ONNX file, which may contain any
   * characters or be empty: letters, digits, _ and - stay, other characters become _, and a
   * duplicate gets a number.
   */
  private Map<Integer, String> names() {
    Map<Integer, String> names = new LinkedHashMap<>();
    Set<String> taken = new HashSet<>(Set.of(Graph.INPUT));
    names.put(INPUT, Graph.INPUT);
    for (PendingLayer entry : entries.values()) {
      String kind = Graph.kind(entry.layer().type());
      names.put(entry.nodeId(), unique(taken, entry.preferredName(), kind));
    }
    return names;
  }

  /**
   * Adds a new name to those taken.
   *
   * @param preferredName the name in the ONNX file, which may be empty
   * @param kind the prefix of a numbered name if nothing is left of that name
   */
  private static String unique(Set<String> taken, String preferredName, String kind) {
    String stem = stem(preferredName);
    String name = stem.isEmpty() ? kind + 1 : stem;
    for (int number = 2; !taken.add(name); number++) {
      name = stem.isEmpty() ? kind + number : stem + "_" + number;
    }
    return name;
  }

  private static String stem(String preferredName) {
    String name = FOREIGN.matcher(preferredName).replaceAll("_");
    String stem = name.equals(preferredName) ? name : EDGES.matcher(name).replaceAll("");
    return stem.length() > LONGEST_NAME ? stem.substring(0, LONGEST_NAME) : stem;
  }
}

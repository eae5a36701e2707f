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

/**
 * A graph of core in the making: layers with their weights, in topological order. Names are settled
 * at the end; until then places are numbers.
 */
final class Draft {
  /** The network's own input. */
  static final int INPUT = 0;

  /**
   * One layer in its place.
   *
   * @param place its number
   * @param wish what it would like to be called
   * @param inputs places before it
   * @param weights under the layer's own names, in logical order; missing ones take their first
   *     value
   */
  record Entry(
      int place, String wish, Layer layer, List<Integer> inputs, Map<String, float[]> weights) {
    /** Copies the list and the map. */
    Entry {
      inputs = List.copyOf(inputs);
      weights = Map.copyOf(weights);
    }

    /** The only input. */
    int input() {
      return inputs.getFirst();
    }

    /** The same place with another layer. */
    Entry as(String newWish, Layer other, List<Integer> newInputs, Map<String, float[]> values) {
      return new Entry(place, newWish, other, newInputs, values);
    }
  }

  private final Shape input;
  private final Map<Integer, Entry> entries = new LinkedHashMap<>();
  private final Map<Integer, Shape> shapes = new LinkedHashMap<>();
  private int last = INPUT;

  Draft(Shape input) {
    this.input = input;
    shapes.put(INPUT, input);
  }

  /**
   * Adds a layer.
   *
   * @return its place
   * @throws IllegalArgumentException if the layer refuses its inputs' shapes
   */
  int add(String wish, Layer layer, List<Integer> inputs, Map<String, float[]> weights) {
    Shape shape = layer.output(inputs.stream().map(this::shape).toList());
    last++;
    entries.put(last, new Entry(last, wish, layer, inputs, weights));
    shapes.put(last, shape);
    return last;
  }

  /** Adds a layer without weights on one input. */
  int add(String wish, Layer layer, int from) {
    return add(wish, layer, List.of(from), Map.of());
  }

  /** The shape of one image's value at a place. */
  Shape shape(int place) {
    return Objects.requireNonNull(shapes.get(place));
  }

  /** The layer at a place that is not the input. */
  Entry entry(int place) {
    return Objects.requireNonNull(entries.get(place));
  }

  /** The layers in order. */
  List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  /** Puts another layer in a place, of the same output shape. */
  void replace(Entry entry) {
    Shape shape = entry.layer().output(entry.inputs().stream().map(this::shape).toList());
    assert shape.equals(shape(entry.place())) : entry + " gives " + shape;
    entries.put(entry.place(), entry);
  }

  /** How often each value is read; the end of the network reads one, too. */
  Map<Integer, Integer> readers(int end) {
    Map<Integer, Integer> readers = new HashMap<>(Map.of(end, 1));
    for (Entry entry : entries.values()) {
      entry.inputs().forEach(from -> readers.merge(from, 1, Integer::sum));
    }
    return readers;
  }

  /**
   * Takes out some layers of one input: whoever reads one reads its input instead.
   *
   * @return where the network ends now
   */
  int bypass(Predicate<Entry> gone, int end) {
    Map<Integer, Integer> instead = new HashMap<>();
    for (Entry entry : entries()) {
      List<Integer> inputs =
          entry.inputs().stream().map(from -> instead.getOrDefault(from, from)).toList();
      if (gone.test(entry)) {
        instead.put(entry.place(), inputs.getFirst());
        entries.remove(entry.place());
      } else {
        entries.put(entry.place(), entry.as(entry.wish(), entry.layer(), inputs, entry.weights()));
      }
    }
    return instead.getOrDefault(end, end);
  }

  /** Drops what does not lead to the end. */
  void dropUnused(int end) {
    Set<Integer> used = new HashSet<>(Set.of(end));
    for (Entry entry : entries().reversed()) {
      if (used.contains(entry.place())) {
        used.addAll(entry.inputs());
      } else {
        entries.remove(entry.place());
      }
    }
  }

  /**
   * The structure under settled names.
   *
   * @throws IllegalArgumentException if the layers do not fit together
   */
  Graph graph() {
    Map<Integer, String> names = names();
    List<Graph.Node> nodes = new ArrayList<>();
    for (Entry entry : entries.values()) {
      List<String> inputs = entry.inputs().stream().map(names::get).toList();
      nodes.add(new Graph.Node(name(names, entry.place()), entry.layer(), inputs));
    }
    return Graph.of(input, nodes);
  }

  private static String name(Map<Integer, String> names, int place) {
    return Objects.requireNonNull(names.get(place));
  }

  /**
   * The values for that structure.
   *
   * @throws IllegalArgumentException if a number of values does not fit
   */
  Weights weights(Graph graph) {
    Map<String, float[]> values = new LinkedHashMap<>();
    Map<Integer, String> names = names();
    for (Entry entry : entries.values()) {
      List<Shape> inputShapes = entry.inputs().stream().map(this::shape).toList();
      for (Parameter parameter : entry.layer().parameters(inputShapes)) {
        float[] given = entry.weights().get(parameter.name());
        values.put(
            name(names, entry.place()) + "." + parameter.name(),
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

  private Map<Integer, String> names() {
    Map<Integer, String> names = new LinkedHashMap<>();
    NodeNames taken = new NodeNames();
    names.put(INPUT, Graph.INPUT);
    for (Entry entry : entries.values()) {
      names.put(entry.place(), taken.settle(entry.wish(), Graph.kind(entry.layer().type())));
    }
    return names;
  }
}

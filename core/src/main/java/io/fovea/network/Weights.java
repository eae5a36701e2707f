package io.fovea.network;

import io.fovea.layer.Parameter;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The values of a network's parameters and buffers under their names, such as conv1.weight and
 * bn1.running_mean, each in logical, row-major order (PyTorch's layouts). An immutable snapshot.
 */
public final class Weights {
  private final Map<String, Shape> shapes;
  private final Map<String, float[]> values;
  private final long count;

  private Weights(Graph graph, Map<String, float[]> values) {
    this.shapes = shapes(graph);
    this.values = values;
    this.count =
        graph.weights().stream()
            .map(Graph.Weight::parameter)
            .filter(parameter -> parameter.role().isTrained())
            .mapToLong(parameter -> parameter.shape().elements())
            .sum();
  }

  /** Fresh weights for a graph: see {@link Initializer}. */
  public static Weights initial(Graph graph, Initializer initializer, long seed) {
    RandomKey key = RandomKey.of(seed).with("initial weights");
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Graph.Weight weight : graph.weights()) {
      float[] array = new float[weight.parameter().shape().elements()];
      if (weight.parameter().role() == Parameter.Role.WEIGHT) {
        double deviation = initializer.deviation(weight.parameter());
        RandomKey own = key.with(weight.name());
        IntStream.range(0, array.length)
            .parallel()
            .forEach(i -> array[i] = (float) (deviation * own.normal(i)));
      } else {
        Arrays.fill(array, weight.parameter().role().initial());
      }
      values.put(weight.name(), array);
    }
    return new Weights(graph, values);
  }

  /**
   * Weights with the given values, copied.
   *
   * @throws IllegalArgumentException if a name is missing or unknown, or a number of values does
   *     not fit; the message names the first misfit
   */
  public static Weights of(Graph graph, Map<String, float[]> given) {
    return of(graph, given, true);
  }

  /**
   * The same without copies, for large models: the arrays belong to these weights from now on, and
   * the caller must not write to them any more.
   *
   * @throws IllegalArgumentException if a name is missing or unknown, or a number of values does
   *     not fit; the message names the first misfit
   */
  public static Weights owning(Graph graph, Map<String, float[]> given) {
    return of(graph, given, false);
  }

  private static Weights of(Graph graph, Map<String, float[]> given, boolean copying) {
    Map<String, Shape> shapes = shapes(graph);
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Map.Entry<String, Shape> entry : shapes.entrySet()) {
      float[] array = given.get(entry.getKey());
      if (array == null) {
        throw new IllegalArgumentException(
            "weights: %s (%s) is missing; given are %s"
                .formatted(entry.getKey(), entry.getValue(), given.keySet()));
      }
      if (array.length != entry.getValue().elements()) {
        throw new IllegalArgumentException(
            "weights: %s expects %d values (%s), got %d"
                .formatted(
                    entry.getKey(), entry.getValue().elements(), entry.getValue(), array.length));
      }
      values.put(entry.getKey(), copying ? array.clone() : array);
    }
    for (String name : given.keySet()) {
      if (!shapes.containsKey(name)) {
        throw new IllegalArgumentException(
            "weights: the network has no %s; it has %s".formatted(name, shapes.keySet()));
      }
    }
    return new Weights(graph, values);
  }

  /**
   * Makes sure that these weights were made for a graph.
   *
   * @throws IllegalArgumentException if a name or shape differs
   */
  public void requireFit(Graph graph) {
    Map<String, Shape> expected = shapes(graph);
    if (!expected.equals(shapes)) {
      throw new IllegalArgumentException(
          "weights: made for another network: expects %s, got %s; use the graph they were made for"
              .formatted(expected, shapes));
    }
  }

  private static Map<String, Shape> shapes(Graph graph) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (Graph.Weight weight : graph.weights()) {
      shapes.put(weight.name(), weight.parameter().shape());
    }
    return shapes;
  }

  /** The names, in the graph's order. */
  public Collection<String> names() {
    return List.copyOf(shapes.keySet());
  }

  /**
   * The logical shape of one parameter.
   *
   * @throws IllegalArgumentException if there is no such parameter
   */
  public Shape shape(String name) {
    Shape shape = shapes.get(name);
    if (shape == null) {
      throw unknown(name);
    }
    return shape;
  }

  /**
   * The values of one parameter in logical, row-major order, as a copy.
   *
   * @throws IllegalArgumentException if there is no such parameter
   */
  public float[] values(String name) {
    return shared(name).clone();
  }

  /**
   * The same without a copy, for large models: for reading only, since these weights are immutable.
   *
   * @throws IllegalArgumentException if there is no such parameter
   */
  public float[] shared(String name) {
    float[] array = values.get(name);
    if (array == null) {
      throw unknown(name);
    }
    return array;
  }

  private IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException(
        "weights: no parameter named " + name + "; there are " + shapes.keySet());
  }

  /** The number of values of all parameters; buffers do not count. */
  public long count() {
    return count;
  }
}

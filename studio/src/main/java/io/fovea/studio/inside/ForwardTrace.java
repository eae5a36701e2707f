package io.fovea.studio.inside;

import io.fovea.dataset.Image;
import io.fovea.network.Graph;
import io.fovea.studio.inside.Calculator.Position;
import io.fovea.studio.runs.TrainedLoss;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The forward pass of one picture: the values of the input and of every node, bit for bit, in
 * logical order (c, i, j). Its arrays are for reading.
 */
public final class ForwardTrace {
  private final Graph graph;
  private final TrainedLoss trained;
  private final Image image;
  private final Map<String, float[]> values;

  ForwardTrace(Graph graph, TrainedLoss trained, Image image, Map<String, float[]> values) {
    this.graph = graph;
    this.trained = trained;
    this.image = image;
    this.values = new LinkedHashMap<>(values);
  }

  /** The fitted picture, before its pixels became inputs. */
  public Image image() {
    return image;
  }

  /** The names: the input's, then the nodes' in the network's order. */
  public List<String> names() {
    return List.copyOf(values.keySet());
  }

  /**
   * The value of a node or of {@link Graph#INPUT}, for reading.
   *
   * @throws IllegalArgumentException if there is no such node
   */
  public float[] value(String node) {
    float[] value = values.get(node);
    if (value == null) {
      throw new IllegalArgumentException(
          "look: no node named \"%s\"; there are %s".formatted(node, values.keySet()));
    }
    return value;
  }

  /** The shape of a node's value; a vector of features counts as maps of one number each. */
  Shape maps(String node) {
    Shape shape = graph.shape(node);
    return shape.rank() == 3 ? shape : Shape.of(shape.size(0), 1, 1);
  }

  /** The numbers of each of these maps. */
  int area(String node) {
    return maps(node).size(1) * maps(node).size(2);
  }

  /** Where a number lies in the logical order of its node's value. */
  int index(Position at) {
    Shape maps = maps(at.node());
    return (at.channel() * maps.size(1) + at.i()) * maps.size(2) + at.j();
  }

  float value(Position at) {
    return value(at.node())[index(at)];
  }

  /** The network's output: a number for each class. */
  public List<Float> logits() {
    List<Float> logits = new ArrayList<>();
    for (float z : value(graph.nodes().getLast().name())) {
      logits.add(z);
    }
    return List.copyOf(logits);
  }

  /** What the output says of each class, by the loss that the model was trained with. */
  public List<Double> scores() {
    return trained.scores(logits());
  }

  TrainedLoss trained() {
    return trained;
  }
}

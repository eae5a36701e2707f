package io.fovea.studio.inside;

import io.fovea.layer.ActivationLayer;
import io.fovea.layer.Add;
import io.fovea.layer.AvgPool2d;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.Concat;
import io.fovea.layer.Conv2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Dropout;
import io.fovea.layer.Dropout2d;
import io.fovea.layer.Flatten;
import io.fovea.layer.GlobalAvgPool2d;
import io.fovea.layer.GlobalMaxPool2d;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.Multiply;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes the calculation of one number of a forward pass: reads its layer's inputs and weights
 * and does the layer's arithmetic in double.
 */
public record Calculator(Network network, ForwardTrace trace) {
  /**
   * The position of a number.
   *
   * @param node the node's name
   * @param channel the map, or the index in a vector of features
   * @param i the row in the map; 0 in a vector of features
   * @param j the column
   */
  public record Position(String node, int channel, int i, int j) {
    /** The same position in the value of another node. */
    Position in(String other) {
      return new Position(other, channel, i, j);
    }
  }

  /**
   * The calculation of one number.
   *
   * @param strongest the number of listed contributions of a dense layer
   * @throws IllegalArgumentException if there is no such node or position
   */
  public Calculation of(Position position, int strongest) {
    Graph.Node node = node(position.node());
    requireInside(position);
    float value = trace.value(position);
    String input = node.inputs().getFirst();
    WindowCalculator windows = new WindowCalculator(network, trace);
    return switch (node.layer()) {
      case Conv2d conv -> windows.convolution(node, conv, position, value);
      case MaxPool2d pool -> windows.largest(input, pool.window(), position, value);
      case AvgPool2d pool -> windows.mean(input, pool, position, value);
      case BatchNorm2d norm -> normalisation(node, norm, position, value);
      case Dense dense -> weighted(node, dense, position, value, strongest);
      default -> simple(node, windows, position, value);
    };
  }

  /** Layers whose calculation does not depend on their attributes. */
  private Calculation simple(
      Graph.Node node, WindowCalculator windows, Position position, float value) {
    String input = node.inputs().getFirst();
    return switch (node.layer()) {
      case GlobalMaxPool2d _ -> windows.largest(input, whole(input), position, value);
      case GlobalAvgPool2d _ -> windows.mean(input, new AvgPool2d(whole(input)), position, value);
      case Add _, Multiply _ -> joined(node, position, value);
      case Flatten _, Dropout _, Dropout2d _, Concat _ -> handedOn(node, position, value);
      case ActivationLayer _ -> function(node, position, value);
      default -> new Calculation.Unshown(value, node.layer().type());
    };
  }

  Graph.Node node(String name) {
    return network.graph().nodes().stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "look: no layer named \"%s\"; there are %s"
                        .formatted(
                            name,
                            network.graph().nodes().stream().map(Graph.Node::name).toList())));
  }

  void requireInside(Position position) {
    if (!position.node().equals(Graph.INPUT)) {
      node(position.node());
    }
    Shape shape = network.graph().shape(position.node());
    Shape maps = trace.maps(position.node());
    if (position.channel() < 0
        || position.channel() >= shape.size(0)
        || position.i() < 0
        || position.i() >= maps.size(1)
        || position.j() < 0
        || position.j() >= maps.size(2)) {
      throw new IllegalArgumentException(
          "look: %s has values of %s, got channel %d, row %d, column %d; count from 0"
              .formatted(position.node(), shape, position.channel(), position.i(), position.j()));
    }
  }

  private Window whole(String input) {
    Shape shape = network.graph().shape(input);
    return new Window(shape.size(1), shape.size(2), 1, 1, 0, 0, 0, 0, 1, 1);
  }

  private float parameter(Graph.Node node, String name, int index) {
    return network.weights().values(node.name() + "." + name)[index];
  }

  private Calculation function(Graph.Node node, Position position, float value) {
    String input = node.inputs().getFirst();
    float x = trace.value(position.in(input));
    return new Calculation.Function(value, input, node.layer().type(), x);
  }

  private Calculation normalisation(
      Graph.Node node, BatchNorm2d norm, Position position, float value) {
    String input = node.inputs().getFirst();
    float x = trace.value(position.in(input));
    float mean = parameter(node, "running_mean", position.channel());
    float variance = parameter(node, "running_var", position.channel());
    float gamma = parameter(node, "weight", position.channel());
    float beta = parameter(node, "bias", position.channel());
    float epsilon = norm.epsilon();
    double normalised = ((double) x - mean) / Math.sqrt((double) variance + epsilon);
    double result = gamma * normalised + beta;
    return new Calculation.Normalisation(
        value, input, x, mean, variance, epsilon, gamma, beta, normalised, result);
  }

  private Calculation weighted(
      Graph.Node node, Dense dense, Position position, float value, int strongest) {
    String input = node.inputs().getFirst();
    float bias = dense.bias() ? parameter(node, "bias", position.channel()) : 0;
    float[] x = trace.value(input);
    float[] w = network.weights().values(node.name() + ".weight");
    String maps = maps(input);
    return new DenseContributions(x, w, position.channel() * x.length)
        .weighted(value, input, maps, trace.maps(maps), bias, strongest);
  }

  /** The node whose maps were flattened to a vector of features; else the vector's own node. */
  private String maps(String row) {
    String name = row;
    Graph graph = network.graph();
    while (graph.shape(name).rank() == 1 && !name.equals(Graph.INPUT)) {
      Graph.Node node = node(name);
      if (!(node.layer() instanceof Flatten)) {
        return row;
      }
      name = node.inputs().getFirst();
    }
    return name;
  }

  private Calculation joined(Graph.Node node, Position position, float value) {
    List<Float> x = new ArrayList<>();
    boolean adds = node.layer() instanceof Add;
    double result = adds ? 0 : 1;
    for (String input : node.inputs()) {
      boolean one = trace.area(input) == 1; // a gate
      float each =
          trace.value(one ? new Position(input, position.channel(), 0, 0) : position.in(input));
      x.add(each);
      result = adds ? result + each : result * each;
    }
    return new Calculation.Joined(
        value, node.layer().type(), node.inputs(), List.copyOf(x), result);
  }

  private Calculation handedOn(Graph.Node node, Position position, float value) {
    int channel = position.channel();
    for (String input : node.inputs()) {
      Shape maps = trace.maps(input);
      boolean flattens = node.layer() instanceof Flatten;
      int channels = flattens ? maps.elements() : maps.size(0);
      if (channel >= channels) {
        channel -= channels; // it belongs to a later input of a concatenation
      } else if (flattens) {
        int width = maps.size(2);
        int area = trace.area(input);
        return handedOn(
            new Position(input, channel / area, channel % area / width, channel % width), value);
      } else {
        return handedOn(new Position(input, channel, position.i(), position.j()), value);
      }
    }
    throw new IllegalStateException(node.name() + ": has fewer channels than its shape");
  }

  private Calculation handedOn(Position from, float value) {
    return new Calculation.HandedOn(
        value, from.node(), trace.value(from), from.channel(), from.i(), from.j());
  }
}

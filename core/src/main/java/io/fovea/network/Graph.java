package io.fovea.network;

import io.fovea.layer.Layer;
import io.fovea.layer.Parameter;
import io.fovea.preprocessing.ChannelOrder;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The structure of a network: named layers in topological order, each with the names of its inputs.
 * A chain is the simplest graph. Immutable, and holds no weights; the last node's value is the
 * network's output.
 */
public final class Graph {
  /** The name of the network's own input. */
  public static final String INPUT = "input";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");

  /**
   * One layer of the graph, with its name and inputs.
   *
   * @param name unique in the graph; letters, digits, _ and -
   * @param layer the layer
   * @param inputs names of earlier nodes, or {@link #INPUT}
   */
  public record Node(String name, Layer layer, List<String> inputs) {
    public Node {
      inputs = List.copyOf(inputs);
    }
  }

  /**
   * One parameter or buffer of a node under its full name.
   *
   * @param name node and parameter joined by a dot, such as conv1.weight
   * @param node the node
   * @param parameter the facts
   */
  public record Weight(String name, Node node, Parameter parameter) {}

  /** Adds a node of that name, with underscores behind it where there is one; returns its name. */
  public static String added(List<Node> nodes, String wanted, Layer layer, String... inputs) {
    String name = wanted;
    while (isNode(nodes, name)) {
      name += "_";
    }
    nodes.add(new Node(name, layer, List.of(inputs)));
    return name;
  }

  static boolean isNode(List<Node> nodes, String name) {
    return nodes.stream().anyMatch(node -> node.name().equals(name));
  }

  private final Shape input;
  private final List<Node> nodes;
  private final Map<String, Shape> shapes;
  private final List<Weight> weights;

  private Graph(Shape input, List<Node> nodes) {
    this.input = input;
    this.nodes = List.copyOf(nodes);
    this.shapes = shapes(input, nodes);
    requireUsed(nodes);
    this.weights = collectWeights();
  }

  /**
   * A graph of the given nodes.
   *
   * @param input (C, H, W) or (F) of one image
   * @throws IllegalArgumentException if a name is taken or malformed, an input is unknown, a layer
   *     refuses its inputs' shapes, or a node is used by no other; the message begins with the
   *     node's name
   */
  public static Graph of(Shape input, List<Node> nodes) {
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("network: has no layers; add at least one");
    }
    return new Graph(input, nodes);
  }

  /** The shapes of the input and of every node, in their order; unused nodes are allowed here. */
  static Map<String, Shape> shapes(Shape input, List<Node> nodes) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put(INPUT, input);
    for (Node node : nodes) {
      if (!NAME.matcher(node.name()).matches()) {
        throw new IllegalArgumentException(
            "network: a node's name has letters, digits, _ and - only, got \"%s\""
                .formatted(node.name()));
      }
      if (shapes.containsKey(node.name())) {
        throw new IllegalArgumentException(
            node.name() + ": the name is taken; every node needs a name of its own");
      }
      List<Shape> inputs = new ArrayList<>();
      for (String name : node.inputs()) {
        Shape shape = shapes.get(name);
        if (shape == null) {
          throw new IllegalArgumentException(
              "%s: no node named \"%s\" comes before it; it may use %s"
                  .formatted(node.name(), name, shapes.keySet()));
        }
        inputs.add(shape);
      }
      try {
        shapes.put(node.name(), node.layer().output(inputs));
      } catch (IllegalArgumentException refused) {
        String cure =
            inputs.stream().anyMatch(each -> each.rank() == 3) ? ChannelOrder.hint(input) : "";
        throw new IllegalArgumentException(
            node.name() + ": " + refused.getMessage() + cure, refused);
      }
    }
    return shapes;
  }

  private static void requireUsed(List<Node> nodes) {
    Set<String> unused = new HashSet<>();
    for (Node node : nodes) {
      unused.add(node.name());
      node.inputs().forEach(unused::remove);
    }
    unused.remove(nodes.getLast().name());
    if (!unused.isEmpty()) {
      throw new IllegalArgumentException(
          "network: nothing uses the output of %s; only the last node's may end the network"
              .formatted(unused.stream().sorted().toList()));
    }
  }

  private List<Weight> collectWeights() {
    List<Weight> all = new ArrayList<>();
    for (Node node : nodes) {
      try {
        for (Parameter parameter : node.layer().parameters(inputShapes(node))) {
          all.add(new Weight(node.name() + "." + parameter.name(), node, parameter));
        }
      } catch (IllegalArgumentException refused) {
        throw new IllegalArgumentException(node.name() + ": " + refused.getMessage(), refused);
      }
    }
    return List.copyOf(all);
  }

  /** The prefix of the default name of a node of this type, such as conv in conv1. */
  public static String kind(String type) {
    return switch (type) {
      case "conv2d" -> "conv";
      case "batch_norm2d" -> "bn";
      case "channel_affine" -> "affine";
      case "conv_transpose2d" -> "deconv";
      case "channel_shuffle", "channel_slice" -> type.substring("channel_".length());
      case "local_response_norm" -> "lrn";
      case "layer_norm", "layer_norm2d" -> "ln";
      case "group_norm" -> "gn";
      case "zero_pad2d" -> "pad";
      case "dropout2d", "upsample2d", "resize2d" -> type.substring(0, type.length() - 2);
      case "max_pool2d", "avg_pool2d", "global_avg_pool2d", "global_max_pool2d" -> "pool";
      default -> type;
    };
  }

  /** The shape of one image. */
  public Shape input() {
    return input;
  }

  /** The nodes in topological order. */
  public List<Node> nodes() {
    return nodes;
  }

  /**
   * The shape of one image's value at a node or at {@link #INPUT}.
   *
   * @throws IllegalArgumentException if there is no such node
   */
  public Shape shape(String node) {
    return shape(shapes, node);
  }

  static Shape shape(Map<String, Shape> shapes, String node) {
    Shape shape = shapes.get(node);
    if (shape == null) {
      throw new IllegalArgumentException(
          "network: no node named \"" + node + "\"; there are " + shapes.keySet());
    }
    return shape;
  }

  /** The shapes of a node's inputs. */
  public List<Shape> inputShapes(Node node) {
    return node.inputs().stream().map(this::shape).toList();
  }

  /** The shape of one image's output. */
  public Shape output() {
    return shape(nodes.getLast().name());
  }

  /** Every parameter and buffer, in the nodes' order. */
  public List<Weight> weights() {
    return weights;
  }

  /**
   * The part of this graph that computes a node's value: that node as the last one, and the nodes
   * before it that it depends on.
   *
   * @throws IllegalArgumentException if there is no such node; the message names the nearest ones
   */
  public Graph upTo(String node) {
    List<String> names = nodes.stream().map(Node::name).toList();
    int last = names.indexOf(node);
    if (last < 0) {
      throw new IllegalArgumentException(
          "network: no node named \"" + node + "\"" + DidYouMean.expected(node, names));
    }
    Set<String> needed = new HashSet<>(Set.of(node));
    List<Node> kept = new ArrayList<>();
    for (Node each : nodes.subList(0, last + 1).reversed()) {
      if (needed.contains(each.name())) {
        needed.addAll(each.inputs());
        kept.add(each);
      }
    }
    return of(input, kept.reversed());
  }
}

package io.fovea.network;

import io.fovea.dataset.Dataset;
import io.fovea.kernel.KernelSet;
import io.fovea.layer.Concat;
import io.fovea.layer.Dense;
import io.fovea.layer.Dropout;
import io.fovea.layer.GlobalAvgPool2d;
import io.fovea.preprocessing.ChannelOrder;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A model: the {@link Graph}, its present {@link Weights}, the {@link Preprocessing} and the
 * labels. Graph and snapshots are immutable; training publishes a new snapshot at its end, so
 * readers never see a partial update. Safe for use by several threads.
 */
public final class Network {
  /**
   * Everything that can change, published together.
   *
   * @param isStated whether somebody has stated the preprocessing; it is the default otherwise
   */
  private record State(
      Weights weights,
      Preprocessing preprocessing,
      List<String> labels,
      boolean isStated,
      Optional<AnswerRule> answers) {}

  private final Graph graph;
  private volatile State state;

  private Network(Graph graph, State state) {
    this.graph = graph;
    this.state = state;
  }

  /**
   * A network of the given parts.
   *
   * @throws IllegalArgumentException if labels and outputs differ in number, two labels are equal,
   *     or preprocessing and input differ in channels
   */
  public static Network of(
      Graph graph, Weights weights, Preprocessing preprocessing, List<String> labels) {
    return new Network(graph, checked(graph, weights, preprocessing, labels, true));
  }

  /**
   * A network with fresh weights. Until it is trained, its labels are the numbers from 0 and its
   * preprocessing is pixel/255; {@link #describe} says what training makes of these.
   */
  public static Network of(Graph graph, Initializer initializer, long seed) {
    int channels = graph.input().rank() == 3 ? graph.input().size(0) : 1;
    Weights weights = Weights.initial(graph, initializer, seed);
    Preprocessing unit = Preprocessing.unit(channels, Preprocessing.Background.MIXED);
    List<String> labels = numbers(graph.output().elements());
    return new Network(graph, checked(graph, weights, unit, labels, false));
  }

  /**
   * Begins a chain for images of (C, H, W): {@code Network.input(1, 28, 28).conv2d(16,
   * 5).relu()...}.
   */
  public static NetworkBuilder input(int channels, int height, int width) {
    return new NetworkBuilder(Shape.of(channels, height, width));
  }

  private static State checked(
      Graph graph,
      Weights weights,
      Preprocessing preprocessing,
      List<String> labels,
      boolean isStated) {
    weights.requireFit(graph);
    int outputs = graph.output().elements();
    if (labels.size() != outputs) {
      throw new IllegalArgumentException(
          "network: has %d outputs, got %d labels".formatted(outputs, labels.size()));
    }
    Set<String> different = new HashSet<>();
    for (String label : isStated ? labels : List.<String>of()) { // else they are numbers
      if (!different.add(label)) {
        throw new IllegalArgumentException(
            "network: expects different labels, got \"%s\" twice; rename one".formatted(label));
      }
    }
    if (graph.input().rank() == 3 && preprocessing.mean().size() != graph.input().size(0)) {
      throw new IllegalArgumentException(
          "network: input %s has %d channels, the preprocessing %d; give a mean and a deviation for each channel%s"
              .formatted(
                  graph.input(),
                  graph.input().size(0),
                  preprocessing.mean().size(),
                  ChannelOrder.hint(graph.input())));
    }
    return new State(weights, preprocessing, List.copyOf(labels), isStated, Optional.empty());
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  /** The structure. */
  public Graph graph() {
    return graph;
  }

  /** The present weights: a snapshot. */
  public Weights weights() {
    return state.weights();
  }

  /** How pixels become inputs. */
  public Preprocessing preprocessing() {
    return state.preprocessing();
  }

  /** The names of the classes, in the order of the outputs. */
  public List<String> labels() {
    return state.labels();
  }

  /** When a prediction names one class, several or none; empty if that was not measured. */
  public Optional<AnswerRule> answers() {
    return state.answers();
  }

  /**
   * An independent network with the present values and this rule, which holds for these weights:
   * publishing others drops it.
   *
   * @throws IllegalArgumentException if its features or thresholds are those of another network
   */
  public Network withAnswers(AnswerRule rule) {
    return new Network(graph, ruled(state, rule));
  }

  private State ruled(State now, AnswerRule rule) {
    rule.features().ifPresent(this::requireFit);
    if (rule instanceof AnswerRule.SeveralLabels several
        && several.thresholds().size() != labels().size()) {
      throw new IllegalArgumentException(
          "network: has %d classes, got thresholds of %d"
              .formatted(labels().size(), several.thresholds().size()));
    }
    return new State(
        now.weights(), now.preprocessing(), now.labels(), now.isStated(), Optional.of(rule));
  }

  private void requireFit(FeatureGaussian features) {
    Shape shape = graph.upTo(features.node()).output();
    int width = shape.rank() == 3 ? shape.size(0) : shape.elements();
    if (features.deviations().length != width || features.means().length != labels().size()) {
      throw new IllegalArgumentException(
          "network: has %d classes and %d features at %s, got a rule for %d classes and %d features"
              .formatted(
                  labels().size(),
                  width,
                  features.node(),
                  features.means().length,
                  features.deviations().length));
    }
  }

  /** True while the labels are the numbers from 0, as a new network has. */
  public boolean hasDefaultLabels() {
    return labels().equals(numbers(labels().size()));
  }

  /** Publishes new weights. */
  public void publish(Weights weights) {
    State now = state;
    state = checked(graph, weights, now.preprocessing(), now.labels(), now.isStated());
  }

  /** Publishes new weights with the rule for answers that holds for them. */
  public void publish(Weights weights, AnswerRule rule) {
    State now = state;
    State next = checked(graph, weights, now.preprocessing(), now.labels(), now.isStated());
    state = ruled(next, rule);
  }

  /**
   * Publishes weights, preprocessing and labels together. A rule for answers stays if the weights
   * do.
   */
  public void publish(Weights weights, Preprocessing preprocessing, List<String> labels) {
    State now = state;
    State next = checked(graph, weights, preprocessing, labels, true);
    boolean isRuled = weights.equals(now.weights()) && now.answers().isPresent();
    state = isRuled ? ruled(next, now.answers().get()) : next;
  }

  /**
   * Describes the training images in the model, where that was not stated: their classes become the
   * labels, if these are the numbers from 0; and the preprocessing gets their {@linkplain
   * Preprocessing#unit(Dataset) background and framing}, if the network was made without one, so
   * that predictions frame a picture as the training images were framed. For that, up to 500 grey
   * images are looked at. Training does this at its beginning. The network's inputs for these
   * images stay the same.
   */
  public void describe(Dataset images) {
    State now = state;
    boolean isStated = now.isStated() || graph.input().rank() != 3;
    state =
        checked(
            graph,
            now.weights(),
            isStated ? now.preprocessing() : Preprocessing.unit(images),
            hasDefaultLabels() ? images.classes() : now.labels(),
            true);
  }

  /** An independent network with the same graph and the present values. */
  public Network copy() {
    return new Network(graph, state);
  }

  /**
   * This network cut at a node: a network whose output is that node's value, such as the features
   * that a classifier's last layer reads. It shares the present weights and keeps the
   * preprocessing; nodes that the value does not depend on are dropped, and the labels are the
   * numbers from 0. {@code Classifier.outputs} computes it.
   *
   * @throws IllegalArgumentException if there is no such node; the message names the nearest ones
   */
  public Network features(String node) {
    return derived(graph.upTo(node));
  }

  /**
   * The same with one number a channel: where the node's value is a map (C, H, W), a {@link
   * GlobalAvgPool2d} is added behind it, so that the output is (C).
   *
   * @throws IllegalArgumentException if there is no such node; the message names the nearest ones
   */
  public Network pooledFeatures(String node) {
    List<Graph.Node> nodes = new ArrayList<>(graph.upTo(node).nodes());
    pooled(nodes, node);
    return derived(Graph.of(graph.input(), nodes));
  }

  /**
   * A network whose output is this one's followed by the {@link #pooledFeatures} of a node, such as
   * those that the last layer reads: (outputs + features).
   *
   * @throws IllegalArgumentException if there is no such node; the message names the nearest ones
   */
  public Network featuresBeside(String node) {
    List<Graph.Node> nodes = new ArrayList<>(graph.nodes());
    String output = nodes.getLast().name();
    Graph.added(nodes, "outputs_and_features", new Concat(), output, pooled(nodes, node));
    return derived(Graph.of(graph.input(), nodes));
  }

  /** The node, or one behind it that pools its map. */
  private String pooled(List<Graph.Node> nodes, String node) {
    return graph.upTo(node).output().rank() == 3
        ? Graph.added(nodes, "pooled", new GlobalAvgPool2d(), node)
        : node;
  }

  private Network derived(Graph cut) {
    State now = state;
    Map<String, float[]> values = new LinkedHashMap<>();
    cut.weights().forEach(w -> values.put(w.name(), now.weights().shared(w.name())));
    return of(
        cut, Weights.owning(cut, values), now.preprocessing(), numbers(cut.output().elements()));
  }

  /**
   * The node whose value the last dense layer reads, dropouts left out: the usual place to cut a
   * classifier at for its {@link #features}.
   *
   * @throws IllegalArgumentException if there is no dense layer, or it reads the network's input
   */
  public String featureNode() {
    Map<String, Graph.Node> nodes = new LinkedHashMap<>();
    graph.nodes().forEach(node -> nodes.put(node.name(), node));
    Graph.Node at = null;
    for (Graph.Node node : graph.nodes()) {
      at = node.layer() instanceof Dense ? nodes.get(node.inputs().getFirst()) : at;
    }
    while (at != null && at.layer() instanceof Dropout) {
      at = nodes.get(at.inputs().getFirst());
    }
    if (at == null) {
      throw new IllegalArgumentException(
          "features: expects a dense layer that reads another layer, got a network without one; name the node to cut at, one of %s"
              .formatted(String.join(", ", nodes.keySet())));
    }
    return at.name();
  }

  /** The layers with their costs, for the fastest kernels of this machine; prints as a table. */
  public Summary summary() {
    return summary(KernelSet.fastest());
  }

  /** The same for kernels of one set. */
  public Summary summary(KernelSet kernels) {
    return Summary.of(graph, kernels);
  }

  /** Input, output and size, such as "network of 7 layers: 1x28x28 -> 10, 2,530,762 parameters". */
  @Override
  public String toString() {
    return "network of %,d layers: %s -> %s, %,d parameters"
        .formatted(
            graph.nodes().size(),
            graph.input(),
            graph.output(),
            summary(KernelSet.REFERENCE).parameters());
  }
}

package io.fovea.network;

import io.fovea.layer.KernelSet;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A model: the {@link Graph}, its present {@link Weights}, and what a prediction needs besides, the
 * {@link Preprocessing} and the labels. Graph and snapshots are immutable; training publishes a new
 * snapshot at its end, so readers never see half an update. Safe for use by several threads.
 */
public final class Network {
  /** All that can change, published together. */
  private record State(Weights weights, Preprocessing preprocessing, List<String> labels) {}

  private final Graph graph;
  private volatile State state;

  private Network(Graph graph, State state) {
    this.graph = graph;
    this.state = state;
  }

  /**
   * A network of the given parts.
   *
   * @throws IllegalArgumentException if labels and outputs differ in number, or preprocessing and
   *     input in channels
   */
  public static Network of(
      Graph graph, Weights weights, Preprocessing preprocessing, List<String> labels) {
    return new Network(graph, checked(graph, weights, preprocessing, labels));
  }

  /** A network with fresh weights, pixel/255 as preprocessing and the numbers from 0 as labels. */
  public static Network of(Graph graph, Initializer initializer, long seed) {
    int channels = graph.input().rank() == 3 ? graph.input().size(0) : 1;
    return of(
        graph,
        Weights.initial(graph, initializer, seed),
        Preprocessing.unit(channels, Preprocessing.Background.MIXED),
        numbers(graph.output().elements()));
  }

  /**
   * Begins a chain for images of (C, H, W): {@code Network.input(1, 28, 28).conv2d(16,
   * 5).relu()...}.
   */
  public static NetworkBuilder input(int channels, int height, int width) {
    return new NetworkBuilder(Shape.of(channels, height, width));
  }

  private static State checked(
      Graph graph, Weights weights, Preprocessing preprocessing, List<String> labels) {
    weights.requireFit(graph);
    int outputs = graph.output().elements();
    if (labels.size() != outputs) {
      throw new IllegalArgumentException(
          "network: has %d outputs, got %d labels".formatted(outputs, labels.size()));
    }
    if (graph.input().rank() == 3 && preprocessing.mean().size() != graph.input().size(0)) {
      throw new IllegalArgumentException(
          "network: input %s has %d channels, the preprocessing %d"
              .formatted(graph.input(), graph.input().size(0), preprocessing.mean().size()));
    }
    return new State(weights, preprocessing, List.copyOf(labels));
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

  /** True while the labels are the numbers from 0, as a new network has. */
  public boolean hasDefaultLabels() {
    return labels().equals(numbers(labels().size()));
  }

  /** Publishes new weights. */
  public void publish(Weights weights) {
    State now = state;
    state = checked(graph, weights, now.preprocessing(), now.labels());
  }

  /** Publishes weights, preprocessing and labels together. */
  public void publish(Weights weights, Preprocessing preprocessing, List<String> labels) {
    state = checked(graph, weights, preprocessing, labels);
  }

  /** A network of its own with the same graph and the present values. */
  public Network copy() {
    return new Network(graph, state);
  }

  /** The layers as a table, for kernels of one set. */
  public Summary summary(KernelSet kernels) {
    return Summary.of(graph, kernels);
  }
}

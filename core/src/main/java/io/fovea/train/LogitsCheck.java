package io.fovea.train;

import io.fovea.dataset.Dataset;
import io.fovea.layer.Flatten;
import io.fovea.layer.Softmax;
import io.fovea.loss.Loss;
import io.fovea.loss.MeanSquaredError;
import io.fovea.loss.SigmoidCrossEntropy;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.network.Graph;
import io.fovea.network.RefusedException;
import io.fovea.parallel.ProcessGroup;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a loss fits the network and the images: that it gets logits. A softmax of a softmax
 * is nearly flat, its gradient small: such a network learns little, and nothing else tells why.
 */
final class LogitsCheck {
  private LogitsCheck() {}

  /**
   * Refuses a softmax layer at the network's end under a loss that computes probabilities itself.
   *
   * @throws IllegalArgumentException if there is one
   */
  static void require(Graph graph, Loss loss) {
    boolean takesLogits =
        loss instanceof SoftmaxCrossEntropy || loss instanceof SigmoidCrossEntropy;
    Graph.Node last = last(graph);
    if (takesLogits && last.layer() instanceof Softmax) {
      throw new RefusedException(
          "train",
          "%s expects logits, of which it computes probabilities itself, but the network ends in the softmax layer %s"
              .formatted(loss.name(), last.name()),
          "leave that layer out, a Classifier gives probabilities anyway");
    }
  }

  /**
   * Refuses the losses of one class an image for images of several, and workers, of whose parts the
   * mean average precision of all images does not follow.
   *
   * @throws IllegalArgumentException if the loss is one of them, or there are workers
   */
  static void require(Dataset data, Loss loss, @Nullable ProcessGroup group) {
    if (data.isMultiLabel() && group != null) {
      throw new IllegalArgumentException(
          "train: %s has images of several labels, on which a single process trains, got a group of %d; leave the group out"
              .formatted(data.name(), group.size()));
    }
    boolean isOfOne = loss instanceof SoftmaxCrossEntropy || loss instanceof MeanSquaredError;
    if (data.isMultiLabel() && isOfOne) {
      throw new IllegalArgumentException(
          "train: %s has images of several labels, which need a decision for each class, got the loss %s; set loss(new SigmoidCrossEntropy())"
              .formatted(data.name(), loss.name()));
    }
  }

  private static Graph.Node last(Graph graph) {
    Map<String, Graph.Node> nodes = new HashMap<>();
    graph.nodes().forEach(node -> nodes.put(node.name(), node));
    Graph.Node last = graph.nodes().getLast();
    while (last.layer() instanceof Flatten && nodes.containsKey(last.inputs().getFirst())) {
      last = nodes.get(last.inputs().getFirst());
    }
    return last;
  }
}

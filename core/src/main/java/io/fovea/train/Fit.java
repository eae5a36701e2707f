package io.fovea.train;

import io.fovea.dataset.Dataset;
import io.fovea.network.Graph;

/** Whether a data set suits a network. */
final class Fit {
  private Fit() {}

  static void check(Graph graph, Dataset data) {
    if (data.size() == 0) {
      throw new IllegalArgumentException(data.name() + ": has no images; give at least one");
    }
    if (!graph.input().equals(data.shape())) {
      throw new IllegalArgumentException(
          "%s: images are %s, the network expects %s; resize them or build the network for that size"
              .formatted(data.name(), data.shape(), graph.input()));
    }
    int outputs = graph.output().elements();
    if (graph.output().rank() != 1 || outputs != data.classes().size()) {
      throw new IllegalArgumentException(
          "%s: has %d classes, the network has outputs of %s; its last layer needs one output a class"
              .formatted(data.name(), data.classes().size(), graph.output()));
    }
  }
}

package io.fovea.inference;

import io.fovea.network.Graph;
import io.fovea.tensor.Shape;

/**
 * How many images a worker computes at once.
 *
 * @param atOnce through convolutions: as many as let a layer's input and output stay in the
 *     worker's cache
 * @param group through the complete network: enough to read the weights seldom
 */
record PassSizes(int atOnce, int group) {
  /** Floats that stay in a core's own cache: half of a MiB. */
  private static final int CACHE = 1 << 17;

  private static final int MOST = 64;

  static PassSizes of(Graph graph) {
    long largest = 1;
    long all = 1;
    for (Graph.Node node : graph.nodes()) {
      long output = graph.shape(node.name()).elements();
      long floats = output;
      for (Shape input : graph.inputShapes(node)) {
        floats += input.elements();
      }
      largest = Math.max(largest, floats);
      all += output;
    }
    long weights = 0;
    for (Graph.Weight weight : graph.weights()) {
      weights += weight.parameter().shape().elements();
    }
    int atOnce = Math.clamp(CACHE / largest, 4, MOST);
    return new PassSizes(atOnce, Math.clamp(2 * weights / all, atOnce, MOST));
  }
}

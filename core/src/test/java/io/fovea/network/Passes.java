package io.fovea.network;

import io.fovea.kernel.Draw;
import io.fovea.layer.KernelSet;
import io.fovea.layer.Workspace;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** A graph with random weights, ready to be run forward and backward. */
final class Passes {
  final Graph graph;
  final Map<String, float[]> values = new LinkedHashMap<>();
  final PackedWeights weights;
  final Workspace workspace;
  final Tensor x;

  Passes(Graph graph, int images, long seed, KernelSet kernels, Workers workers) {
    Draw draw = new Draw(seed);
    this.graph = graph;
    for (Graph.Weight weight : graph.weights()) {
      values.put(weight.name(), draw.reals(weight.parameter().shape().elements()));
    }
    this.weights = PackedWeights.of(graph, Weights.of(graph, values), kernels);
    this.workspace = Workspace.of(kernels, workers);
    this.x = Tensor.of(graph.input(), images, draw.reals(images * graph.input().elements()));
  }

  /** A training pass with the input's gradient asked for. */
  Tape forward() {
    workspace.beginTraining(RandomKey.of(0));
    return Tape.forward(graph, weights, workspace, x, true);
  }

  /** A parameter's gradient in logical order. */
  float[] gradient(String name) {
    for (PackedWeights.Entry entry : weights.entries()) {
      if (entry.name().equals(name)) {
        return entry.logical(workspace.node(entry.node()).gradient(entry.parameter().name()));
      }
    }
    throw new IllegalArgumentException(name);
  }
}

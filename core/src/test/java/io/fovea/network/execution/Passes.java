package io.fovea.network.execution;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Draw;
import io.fovea.network.Graph;
import io.fovea.network.Weights;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** A graph with random weights, ready to be run forward and backward. */
public final class Passes {
  public final Graph graph;
  public final Map<String, float[]> values = new LinkedHashMap<>();
  public final PackedWeights weights;
  public final Workspace workspace;
  public final Tensor x;

  public Passes(Graph graph, int images, long seed, KernelSet kernels, Workers workers) {
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
  public Tape forward() {
    workspace.beginTraining(RandomKey.of(0));
    return Tape.forward(weights, workspace, x, true);
  }

  /** A parameter's gradient in logical order. */
  public float[] gradient(String name) {
    for (PackedWeights.Entry entry : weights.entries()) {
      if (entry.name().equals(name)) {
        return entry.logical(workspace.node(entry.node()).gradient(entry.parameter().name()));
      }
    }
    throw new IllegalArgumentException(name);
  }
}

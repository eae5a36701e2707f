package io.fovea.network.execution;

import static io.fovea.network.ConvOption.padding;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Draw;
import io.fovea.network.Graph;
import io.fovea.network.Network;
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

  /**
   * Sums whose later term is a batch normalisation: with a ReLU behind it, which one convolution or
   * several nodes read, with another activation, with none; the residual first and second, itself
   * an activation, a normalisation, and read by others.
   */
  static Graph residuals() {
    return Network.input(3, 11, 13)
        .conv2d(19, 3, padding(1))
        .batchNorm2d()
        .as("a")
        .conv2d(19, 3, padding(1))
        .batchNorm2d()
        .add("a")
        .relu()
        .as("b")
        .conv2d(32, 3, padding(1))
        .relu()
        .conv2d(19, 3, padding(1))
        .batchNorm2d()
        .add("b")
        .as("c")
        .conv2d(19, 1)
        .batchNorm2d()
        .add("c")
        .silu()
        .as("d")
        .batchNorm2d()
        .add("d")
        .relu()
        .conv2d(16, 5, padding(2))
        .flatten()
        .dense(10)
        .graph();
  }
}

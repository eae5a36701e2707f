package io.fovea.network.execution;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Draw;
import io.fovea.layer.Parameter;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.parallel.Workers;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Networks whose weights look trained, and what they answer node by node. */
public final class Perturbed {
  private static final Workers ALONE = Workers.of(1);

  private Perturbed() {}

  /** Weights as of a trained network: statistics far from 0 and 1, scales of both signs. */
  public static Network network(Graph graph, long seed) {
    Draw draw = new Draw(seed);
    Map<String, float[]> values = new HashMap<>();
    for (Graph.Weight weight : graph.weights()) {
      Parameter parameter = weight.parameter();
      float[] own = draw.reals(parameter.shape().elements());
      for (int i = 0; i < own.length; i++) {
        own[i] =
            switch (parameter.role()) {
              case WEIGHT -> (float) (own[i] * Math.sqrt(6.0 / parameter.fanIn()));
              case BIAS, MEAN, SLOPE -> own[i] / 2;
              case SCALE -> own[i] < -0.5f ? own[i] : own[i] + 1.2f;
              case VARIANCE -> own[i] + 1.3f;
              case COUNT -> 100;
            };
      }
      values.put(weight.name(), own);
    }
    int channels = graph.input().size(0);
    List<String> labels =
        IntStream.range(0, graph.output().elements()).mapToObj(Integer::toString).toList();
    return Network.of(
        graph,
        Weights.of(graph, values),
        Preprocessing.unit(channels, Preprocessing.Background.MIXED),
        labels);
  }

  public static float[] logits(Network network, KernelSet kernels, Tensor x) {
    Workspace workspace = Workspace.of(kernels, ALONE);
    workspace.beginInference();
    PackedWeights weights = PackedWeights.of(network.graph(), network.weights(), kernels);
    return Tape.forward(weights, workspace, x).output().toArray();
  }
}

package io.fovea.format.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.KernelSet;
import io.fovea.layer.Parameter;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.network.execution.Workspace;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** What a network computes before the softmax, for comparisons. */
public final class Logits {
  private Logits() {}

  /** The outputs for images in logical, row-major order, likewise. */
  static float[] of(Network network, float[] x, int count) {
    return of(network.graph(), network.weights(), x, count);
  }

  /** The same of weights that no network has yet. */
  public static float[] of(Graph graph, Weights weights, float[] x, int count) {
    KernelSet kernels = KernelSet.fastest();
    Workspace workspace = Workspace.of(kernels, Workers.of(1));
    workspace.beginInference();
    Tensor input = Tensor.of(graph.input(), count, x);
    return Tape.fused(PackedWeights.of(graph, weights, kernels), workspace, input)
        .output()
        .toArray();
  }

  /** Normal numbers, the same for a seed. */
  static float[] noise(long seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** The largest difference is at most 1e-4 of the largest number. */
  public static void assertAlike(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isFinite();
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs((double) actual[i] - expected[i]));
    }
    assertThat(largest).isPositive();
    assertThat(difference / largest).isLessThan(1e-4);
  }

  /** Moves biases, scales and running statistics away from where fresh networks have them. */
  static Network perturbed(Network network, long seed) {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Graph.Weight weight : network.graph().weights()) {
      float[] array = network.weights().values(weight.name());
      Random random = new Random(seed + weight.name().hashCode());
      for (int i = 0; i < array.length; i++) {
        Parameter.Role role = weight.parameter().role();
        array[i] +=
            switch (role) {
              case WEIGHT, COUNT -> 0;
              case BIAS, MEAN -> 0.2f * (float) random.nextGaussian();
              default -> 0.8f * (random.nextFloat() - 0.5f);
            };
      }
      values.put(weight.name(), array);
    }
    network.publish(Weights.of(network.graph(), values));
    return network;
  }
}

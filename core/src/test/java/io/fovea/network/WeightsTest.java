package io.fovea.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.kernel.KernelSet;
import io.fovea.layer.Parameter;
import io.fovea.network.execution.PackedWeights;
import io.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class WeightsTest {
  private static final Graph GRAPH =
      Network.input(2, 6, 6).conv2d(3, 3).relu().flatten().dense(4).graph();

  private static Map<String, float[]> fitting() {
    Map<String, float[]> values = new HashMap<>();
    values.put("conv1.weight", new float[54]);
    values.put("conv1.bias", new float[3]);
    values.put("dense1.weight", new float[192]);
    values.put("dense1.bias", new float[4]);
    return values;
  }

  @Test
  void owning_takesTheArraysThemselves_ofCopiesThem() {
    Map<String, float[]> values = fitting();
    Weights owning = Weights.owning(GRAPH, values);
    Weights copies = Weights.of(GRAPH, values);
    assertThat(owning.shared("conv1.weight")).isSameAs(values.get("conv1.weight"));
    assertThat(copies.shared("conv1.weight")).isNotSameAs(values.get("conv1.weight"));
    values.put("conv1.bias", new float[4]);
    assertThatThrownBy(() -> Weights.owning(GRAPH, values))
        .hasMessage("weights: conv1.bias expects 3 values (3), got 4");
  }

  @Test
  void initial_he_hasItsDeviationAndZeroBiases() {
    Graph large = Network.input(1, 20, 20).flatten().dense(200).graph();
    Weights weights = Weights.initial(large, Initializer.he(), 42);
    float[] w = weights.values("dense1.weight");
    double sum = 0;
    double squares = 0;
    for (float value : w) {
      sum += value;
      squares += (double) value * value;
    }
    double deviation = Math.sqrt(2.0 / 400);
    // 80,000 numbers: the mean's own deviation is 1/283 of it, the deviation's 1/400 of it
    assertThat(sum / w.length).isCloseTo(0, within(5 * deviation / 283));
    assertThat(Math.sqrt(squares / w.length)).isCloseTo(deviation, within(5 * deviation / 400));
    assertThat(weights.values("dense1.bias")).containsOnly(0f);
  }

  @Test
  void initial_batchNorm_beginsAtOneAndZero() {
    Graph graph = Network.input(2, 6, 6).batchNorm2d().flatten().dense(4).graph();
    Weights weights = Weights.initial(graph, Initializer.normal(3), 42);
    assertThat(weights.values("bn1.weight")).containsExactly(1, 1);
    assertThat(weights.values("bn1.bias")).containsExactly(0, 0);
    assertThat(weights.values("bn1.running_mean")).containsExactly(0, 0);
    assertThat(weights.values("bn1.running_var")).containsExactly(1, 1);
    assertThat(weights.values("bn1.num_batches_tracked")).containsExactly(0);
    assertThat(weights.count()).as("buffers are no parameters").isEqualTo(4 + 4 * 72 + 4);
    Map<String, float[]> values = new HashMap<>();
    weights.names().forEach(name -> values.put(name, weights.values(name)));
    values.put("bn1.num_batches_tracked", new float[2]);
    assertThatThrownBy(() -> Weights.of(graph, values))
        .hasMessage("weights: bn1.num_batches_tracked expects 1 values (a single number), got 2");
  }

  @Test
  void initial_sameNameElsewhere_sameValues() {
    Graph longer =
        Network.input(2, 6, 6).relu().as("first").conv2d(3, 3).flatten().dense(9).graph();
    Weights a = Weights.initial(GRAPH, Initializer.he(), 1);
    Weights b = Weights.initial(longer, Initializer.he(), 1);
    assertThat(b.values("conv1.weight")).isEqualTo(a.values("conv1.weight"));
    assertThat(Weights.initial(GRAPH, Initializer.he(), 2).values("conv1.weight"))
        .isNotEqualTo(a.values("conv1.weight"));
  }

  @Test
  void initializers_deviations_followTheirFormulas() {
    Parameter weight = new Parameter("weight", Shape.of(1), Parameter.Role.WEIGHT, 8, 24);
    assertThat(Initializer.he().deviation(weight)).isEqualTo(0.5);
    assertThat(Initializer.xavier().deviation(weight)).isEqualTo(0.25);
    assertThat(Initializer.normal(0.01).deviation(weight)).isEqualTo(0.01);
  }

  @Test
  void normal_badDeviation_isRefused() {
    for (double value : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Initializer.normal(value))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("initializer: the deviation must be a number from 0 up, got " + value);
    }
  }

  @Test
  void of_fittingValues_areCopied() {
    Map<String, float[]> values = fitting();
    float[] given = new float[3];
    values.put("conv1.bias", given);
    Weights weights = Weights.of(GRAPH, values);
    given[0] = 1;
    weights.values("conv1.bias")[1] = 1;
    assertThat(weights.values("conv1.bias")).containsExactly(0, 0, 0);
    assertThat(weights.names())
        .containsExactly("conv1.weight", "conv1.bias", "dense1.weight", "dense1.bias");
    assertThat(weights.shape("conv1.weight")).isEqualTo(Shape.of(3, 2, 3, 3));
    assertThat(weights.shape("dense1.weight")).isEqualTo(Shape.of(4, 48));
    assertThat(weights.count()).isEqualTo(54 + 3 + 192 + 4);
  }

  private static void assertRefused(String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  private static Map<String, float[]> fittingBut(String name, int length) {
    Map<String, float[]> values = fitting();
    values.put(name, new float[length]);
    return values;
  }

  @Test
  void weights_thatDoNotFit_areRefused() {
    String names = "[conv1.weight, conv1.bias, dense1.weight, dense1.bias]";
    Weights weights = Weights.of(GRAPH, fitting());
    assertRefused(
        "weights: conv1.bias (3) is missing; given are [conv1.weight]",
        () -> Weights.of(GRAPH, Map.of("conv1.weight", new float[54])));
    assertRefused(
        "weights: dense1.weight expects 192 values (4x48), got 191",
        () -> Weights.of(GRAPH, fittingBut("dense1.weight", 191)));
    assertRefused(
        "weights: the network has no conv7.weight; it has " + names,
        () -> Weights.of(GRAPH, fittingBut("conv7.weight", 1)));
    String unknown = "weights: no parameter named x; there are " + names;
    assertRefused(unknown, () -> weights.values("x"));
    assertRefused(unknown, () -> weights.shape("x"));
    PackedWeights packed = PackedWeights.of(GRAPH, weights, KernelSet.VECTOR);
    assertRefused("conv1: has no parameter named gamma", () -> packed.node("conv1").of("gamma"));
    String other =
        "weights: made for another network: expects {dense1.weight=2x9, dense1.bias=2}, got {conv1.weight=3x2x3x3, conv1.bias=3, dense1.weight=4x48, dense1.bias=4}; use the graph they were made for";
    Network network = Network.input(1, 3, 3).flatten().dense(2).build(Initializer.he(), 1);
    assertRefused(other, () -> network.publish(weights));
    assertRefused(other, () -> PackedWeights.of(network.graph(), weights, KernelSet.VECTOR));
  }

  @Test
  void packedWeights_snapshot_givesTheLogicalValuesBack() {
    Weights weights = Weights.initial(GRAPH, Initializer.he(), 3);
    for (KernelSet kernels : KernelSet.values()) {
      PackedWeights packed = PackedWeights.of(GRAPH, weights, kernels);
      Weights snapshot = packed.snapshot();
      packed.entries().forEach(entry -> Arrays.fill(entry.stored(), 77));
      for (String name : weights.names()) {
        assertThat(snapshot.values(name)).as(name).isEqualTo(weights.values(name));
        assertThat(packed.snapshot().values(name)).as(name).contains(77);
      }
    }
  }
}

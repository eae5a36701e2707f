package io.fovea.train;

import static io.fovea.network.ConvOption.padding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.dataset.Dataset;
import io.fovea.golden.MnistSlice;
import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Bound;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.execution.FrozenPrefix;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.network.execution.Workspace;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Tensor;
import io.fovea.train.step.FrozenFeatures;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Frozen parameters stay, cost nothing, and let gradients through. */
class FreezeTest {
  private static final Dataset IMAGES = new MnistSlice().first(64);

  private static Network network() {
    return Network.input(1, 28, 28)
        .conv2d(4, 3, padding(1))
        .batchNorm2d()
        .relu()
        .conv2d(5, 3)
        .relu()
        .flatten()
        .dense(12)
        .dense(10)
        .build(Initializer.he(), 3);
  }

  @Test
  void freeze_layers_keepTheirWeightsAndBuffers() {
    Network network = network();
    Weights before = network.weights();
    Runs.Log log = new Runs.Log();
    Trainer.of(network)
        .freeze("conv1.*")
        .freeze("bn1.*")
        .freeze("dense2.bias")
        .l2(0.1f)
        .batchSize(16)
        .listener(log)
        .fit(IMAGES);
    Set<String> moved =
        Set.of("conv2.weight", "conv2.bias", "dense1.weight", "dense1.bias", "dense2.weight");
    for (String name : before.names()) {
      assertThat(java.util.Arrays.equals(before.values(name), network.weights().values(name)))
          .as(name + " is as before")
          .isNotEqualTo(moved.contains(name));
    }
    assertThat(log.checkpoints.getLast().slots())
        .containsOnlyKeys(moved.stream().map(name -> name + "/velocity").toList());
  }

  @Test
  void freeze_oneParameterOfNormalisation_leavesItsBuffersMoving() {
    Network network = network();
    Weights before = network.weights();
    Trainer.of(network).freeze("bn1.weight").fit(IMAGES);
    assertThat(network.weights().values("bn1.weight")).isEqualTo(before.values("bn1.weight"));
    assertThat(network.weights().values("bn1.running_mean"))
        .isNotEqualTo(before.values("bn1.running_mean"));
  }

  /** One pass whose output's gradient is all ones; the workspace afterwards. */
  private static Workspace pass(
      KernelSet kernels, Workers workers, boolean fused, String... frozen) {
    Network network = network();
    Workspace workspace = Workspace.of(kernels, workers);
    for (String node : frozen) {
      workspace.node(node).freeze();
    }
    PackedWeights weights = PackedWeights.of(network.graph(), network.weights(), kernels);
    Tensor x = noise(network);
    workspace.beginTraining(RandomKey.of(2));
    Tape tape = fused ? Tape.fused(weights, workspace, x) : Tape.forward(weights, workspace, x);
    tape.backward(ones(network));
    return workspace;
  }

  private static Tensor noise(Network network) {
    Tensor x = Tensor.zeros(network.graph().input(), 2);
    for (int i = 0; i < x.elements(); i++) {
      x.array()[i] = (float) RandomKey.of(1).normal(i);
    }
    return x;
  }

  private static Tensor ones(Network network) {
    Tensor dy = Tensor.zeros(network.graph().output(), 2);
    java.util.Arrays.fill(dy.array(), 1);
    return dy;
  }

  private static void assertClose(String what, float[] actual, float[] expected) {
    Bound.assertClose(what, Bound.widen(actual), Bound.widen(expected), 1e-4);
  }

  @Test
  void backward_frozenInTheMiddle_givesTheSameGradientsBefore() {
    try (Workers workers = Workers.of(2)) {
      for (KernelSet kernels : KernelSet.values()) {
        for (boolean fused : new boolean[] {false, true}) {
          Workspace all = pass(kernels, workers, fused);
          Workspace some = pass(kernels, workers, fused, "conv2", "dense1");
          float[] expected = all.node("conv1").gradient("weight");
          assertThat(expected).isNotEqualTo(new float[expected.length]);
          assertClose(kernels + " dw", some.node("conv1").gradient("weight"), expected);
          assertThatThrownBy(() -> some.node("conv2").gradient("weight"))
              .hasMessageStartingWith("conv2: no gradient for weight yet");
          assertThatThrownBy(() -> some.node("dense1").gradient("bias"))
              .hasMessageStartingWith("dense1: no gradient for bias yet");
        }
      }
    }
  }

  @Test
  void backward_behindAFrozenPrefix_givesTheSameGradients() {
    Network network = network();
    Tensor x = noise(network);
    try (Workers workers = Workers.of(2)) {
      for (KernelSet kernels : KernelSet.values()) {
        Workspace expected = pass(kernels, workers, false, "conv1", "bn1");
        Workspace workspace = Workspace.of(kernels, workers);
        PackedWeights weights = PackedWeights.of(network.graph(), network.weights(), kernels);
        workspace.beginTraining(RandomKey.of(2));
        try (FrozenFeatures frozen =
            Objects.requireNonNull(
                FrozenFeatures.of(
                    network, network.weights(), Set.of("conv1", "bn1"), 2, kernels))) {
          assertThat(frozen.prefix()).isEqualTo(new FrozenPrefix(3, "relu1"));
          Tape tape = Tape.fused(weights, workspace, frozen.prefix(), frozen.outputs(x));
          tape.backward(ones(network));
        }
        assertThat(workspace.node("conv2").needsInputGradient()).isFalse();
        for (String name : List.of("conv2.weight", "dense1.weight", "dense2.bias")) {
          String[] parts = name.split("\\.", -1);
          float[] want = expected.node(parts[0]).gradient(parts[1]);
          float[] got = workspace.node(parts[0]).gradient(parts[1]);
          assertClose(kernels + " " + name, got, want);
        }
      }
    }
  }

  @Test
  void fit_frozenFront_givesTheSameBitsOnAnyNumberOfThreads() {
    Weights one = trained(1);
    for (int threads = 2; threads <= 3; threads++) {
      Runs.assertSameBits(threads + " threads", trained(threads), one);
    }
  }

  private static Weights trained(int threads) {
    Network network = network();
    Trainer.of(network)
        .freeze("conv1.*")
        .freeze("bn1.*")
        .batchSize(24)
        .threads(threads)
        .fit(IMAGES);
    return network.weights();
  }

  @Test
  void backward_frozenFront_stopsWhereNothingIsTrained() {
    try (Workers workers = Workers.of(1)) {
      Workspace workspace = pass(KernelSet.fastest(), workers, true, "conv1", "bn1");
      assertThat(workspace.node("conv2").needsInputGradient()).isFalse();
      assertThat(workspace.node("conv2").gradient("bias")).isNotEmpty();
      assertThatThrownBy(() -> workspace.node("bn1").gradient("weight"))
          .hasMessageStartingWith("bn1: no gradient for weight yet");
      assertThatThrownBy(() -> workspace.node("bn1").next("running_mean"))
          .hasMessageStartingWith("bn1: no next value for the buffer running_mean yet");
    }
  }
}

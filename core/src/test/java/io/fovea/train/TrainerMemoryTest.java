package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.KernelSet;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.MemoryNeed;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.network.execution.Workspace;
import io.fovea.optim.Adam;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a trainer says that it needs is what steps allocate. */
class TrainerMemoryTest {
  private static Network network(String name, int size) {
    Shape input = Shape.of(size == 28 ? 1 : 3, size, size);
    return Network.of(Zoo.named(name).graph(input, 10), Initializer.he(), 1);
  }

  @ParameterizedTest
  @CsvSource({
    "two-layer-cnn, 28, 1, 64",
    "two-layer-cnn, 28, 2, 16",
    "pooled, 28, 1, 16",
    "resnet8, 32, 1, 8",
    "resnet8, 32, 3, 32",
    "mobilenet-v2, 64, 1, 4",
  })
  void memory_isWhatStepsAllocate(String name, int size, int threads, int batch) {
    Network network = network(name, size);
    Graph graph = network.graph();
    MemoryNeed need = Trainer.of(network).batchSize(batch).threads(threads).memory();
    PackedWeights weights = PackedWeights.of(graph, network.weights(), KernelSet.fastest());
    try (Workers workers = Workers.of(threads)) {
      Workspace workspace = Workspace.of(KernelSet.fastest(), workers);
      for (int step = 0; step < 2; step++) {
        workspace.beginTraining(RandomKey.of(step));
        Tensor x = Tensor.zeros(graph.input(), batch);
        for (int i = 0; i < x.elements(); i++) {
          x.array()[i] = i % 7;
        }
        Tape tape = Tape.fused(weights, workspace, x);
        tape.backward(Tensor.zeros(graph.output(), batch));
      }
      workspace.beginInference();
      Tape.inference(weights, workspace, Tensor.zeros(graph.input(), 1));
      long inputs = 4L * (batch + 1) * graph.input().elements();
      long stored = weights.entries().stream().mapToLong(entry -> 4L * entry.stored().length).sum();
      // this workspace keeps the gradients of dense weights, which a run updates at once
      long kept =
          weights.entries().stream()
              .filter(entry -> entry.layer() instanceof io.fovea.layer.Dense)
              .mapToLong(entry -> 4L * entry.stored().length)
              .sum();
      long allocated = 4 * workspace.floats() + inputs - kept;
      long predicted = need.buffers() + need.optimizer() - stored; // one slot
      assertThat(predicted).isBetween(allocated, allocated + allocated / 2 + 200_000);
      long scratch = 4 * workspace.scratchFloats();
      assertThat(need.scratch()).isGreaterThanOrEqualTo(scratch);
      if (threads == 1) { // else a thread may have computed nothing
        assertThat(need.scratch()).isLessThan(scratch + scratch / 2 + 200_000);
      }
    }
  }

  @ParameterizedTest
  @Tag("gate")
  @CsvSource({"efficientnet-b0, 64, 2, 4", "resnet18, 64, 1, 2"})
  void memory_ofLargerNetworks(String name, int size, int threads, int batch) {
    memory_isWhatStepsAllocate(name, size, threads, batch);
  }

  @Test
  void memory_growsByTheStateOfTheOptimizer() {
    Network network = network("resnet8", 32);
    long sgd = Trainer.of(network).memory().optimizer();
    long adam = Trainer.of(network).optimizer(Adam.of(0.001f)).memory().optimizer();
    long weights = 4 * network.weights().count();
    assertThat(adam - sgd).isBetween(weights, weights + weights / 8);
  }
}

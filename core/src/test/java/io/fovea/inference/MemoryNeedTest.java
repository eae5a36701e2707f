package io.fovea.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.kernel.KernelSet;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.MemoryNeed;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.network.execution.Workspace;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a classifier says that it needs is what it has allocated after calls of every kind. */
class MemoryNeedTest {
  private static Graph graph(String name, int size) {
    Zoo model = Zoo.named(name);
    return model.graph(Shape.of(size == 28 ? 1 : 3, size, size), 10);
  }

  @ParameterizedTest
  @CsvSource({
    "two-layer-cnn, 28, 2, 1",
    "two-layer-cnn, 28, 3, 8",
    "resnet8, 32, 2, 1",
    "resnet8, 32, 4, 40",
    "mobilenet-v3-small, 64, 1, 3",
    "mobilenet-v2, 64, 1, 1",
    "resnet8, 32, 1, 70",
    "two-layer-cnn, 28, 1, 70",
    "pooled, 28, 2, 16"
  })
  void memory_isWhatCallsAllocate(String name, int size, int threads, int batch) {
    Graph graph = graph(name, size);
    Network network = Network.of(graph, Initializer.he(), 1);
    try (Classifier classifier = Classifier.of(network, threads, KernelSet.fastest())) {
      MemoryNeed need = classifier.memory(batch);
      assertThat(need).isEqualTo(Classifier.memory(graph, threads, KernelSet.fastest(), batch));
      callInEveryWay(classifier, threads, batch);

      long weights =
          classifier.weights().entries().stream().mapToLong(entry -> entry.stored().length).sum();
      assertThat(need.weights()).isEqualTo(Float.BYTES * weights);
      assertThat(need.derived()).isEqualTo(Float.BYTES * classifier.pool().derivedFloats());
      long warmUp = Math.min(256, 2L * classifier.imagesAtOnce() * threads);
      long inputs =
          (batch == 1 ? 1 : Math.max(batch, warmUp))
              * (graph.input().elements() + graph.output().elements());
      isAbout(need.buffers(), Float.BYTES * (classifier.pool().floats() + inputs));
      long scratch = Float.BYTES * classifier.pool().scratchFloats();
      assertThat(need.scratch()).isGreaterThanOrEqualTo(scratch);
      if (threads == 1) { // else a thread may have computed nothing
        isAbout(need.scratch(), scratch);
      }
    }
  }

  /** Others, which take their time. */
  @ParameterizedTest
  @Tag("gate")
  @CsvSource({
    "mobilenet-v2, 96, 2, 8",
    "resnet18, 64, 2, 9",
    "resnet18, 96, 1, 8",
    "efficientnet-b0, 64, 2, 8",
    "two-layer-cnn, 28, 2, 200",
  })
  void memory_ofLargerNetworks_isWhatCallsAllocate(String name, int size, int threads, int batch) {
    memory_isWhatCallsAllocate(name, size, threads, batch);
  }

  /** At least what was allocated, and little more. */
  private static void isAbout(long need, long allocated) {
    assertThat(need).isBetween(allocated, allocated + allocated / 4 + 200_000);
  }

  /**
   * Lone calls of all sizes up to the batch, then as many workspaces at once as there are threads.
   */
  private static void callInEveryWay(Classifier classifier, int threads, int batch) {
    int group = classifier.imagesAtOnce();
    for (int count : new int[] {Math.min(batch, 2 * group - 1), batch}) {
      classifier.outputs(Tensor.zeros(classifier.input(), count));
    }
    Tensor x = Tensor.zeros(classifier.input(), batch == 1 ? 1 : group);
    List<Workspace> borrowed =
        IntStream.range(0, threads).mapToObj(i -> classifier.pool().borrow()).toList();
    for (Workspace workspace : borrowed) {
      classifier
          .passes()
          .pass((at, y) -> {}, 0, x, workspace, classifier.passes().sizes().atOnce());
      classifier.pool().bringBack(workspace);
    }
  }

  /** The second is loaded while the first one already computes. */
  @Test
  void and_addsWhatIsHeld_andLoadsOneAfterTheOther() {
    MemoryNeed small = new MemoryNeed(1, 2, 3, 4, 5, 100);
    MemoryNeed large = new MemoryNeed(10, 20, 30, 40, 50, 400);
    assertThat(small.and(large)).isEqualTo(new MemoryNeed(11, 22, 33, 44, 55, 415));
    assertThat(large.and(small)).isEqualTo(new MemoryNeed(11, 22, 33, 44, 55, 400));
  }

  @Test
  void memory_refusesNoBatch() {
    Graph graph = graph("two-layer-cnn", 28);
    assertThatThrownBy(() -> Classifier.memory(graph, 2, KernelSet.fastest(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("memory: expects a batch from 1 to 1,024, got 0");
  }
}

package io.fovea.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.KernelSet;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.network.execution.Workspace;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The numbers of docs/book/pooling.md. */
class PoolingBookTest {
  private static final Window TWO = Window.square(2, 2, 0, 1);
  private static final Tensor X =
      Tensor.of(Shape.of(1, 4, 4), 1, 1, 5, 2, 0, 3, 1, 0, 0, 4, 1, 9, 6, 0, 3, 2, 5);

  private static Tape forward(Layer layer, KernelSet kernels) {
    Graph graph = Graph.of(X.shape(), List.of(new Graph.Node("pool", layer, List.of(Graph.INPUT))));
    Network network = Network.of(graph, Initializer.he(), 1);
    Workspace workspace = Workspace.of(kernels, Workers.of(1));
    workspace.beginInference();
    PackedWeights weights = PackedWeights.of(graph, network.weights(), kernels);
    return Tape.forward(weights, workspace, X, true);
  }

  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void maxPool_example_isTheBooks(KernelSet kernels) {
    Tape tape = forward(new MaxPool2d(TWO), kernels);
    assertThat(tape.output().toArray()).containsExactly(5, 2, 4, 9);
    tape.backward(Tensor.of(Shape.of(1, 2, 2), 1, 1, 2, 3, 4));
    assertThat(tape.gradient(Graph.INPUT).toArray())
        .containsExactly(0, 1, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0);
  }

  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void avgPool_example_isTheBooks(KernelSet kernels) {
    Tape tape = forward(new AvgPool2d(TWO), kernels);
    assertThat(tape.output().toArray()).containsExactly(2.5f, 0.5f, 2, 5.5f);
  }
}

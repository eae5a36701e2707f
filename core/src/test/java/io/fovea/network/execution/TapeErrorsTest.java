package io.fovea.network.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.kernel.KernelSet;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a pass through a graph says when it is used wrongly. */
class TapeErrorsTest {
  @AutoClose private static final Workers WORKERS = Workers.of(1);
  private static final Graph GRAPH =
      Network.input(2, 5, 4).conv2d(3, 3).as("a").relu().flatten().dense(2).as("out").graph();

  private static Passes passes(int images) {
    return new Passes(GRAPH, images, 20260124, KernelSet.VECTOR, WORKERS);
  }

  @Test
  void backward_afterAnotherForward_isRefused() {
    Passes passes = passes(2);
    Tape old = passes.forward();
    passes.forward();
    assertThatThrownBy(() -> old.backward(Tensor.zeros(Shape.of(2), 2)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "out: backward of a step whose workspace has run another forward pass since; call backward first, or use a workspace each");
  }

  @Test
  void backward_gradientOfOtherShape_isRefused() {
    Tape tape = passes(2).forward();
    assertThatThrownBy(() -> tape.backward(Tensor.zeros(Shape.of(2), 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("out: backward expects a gradient of 2x2, got 1x2");
    assertThatThrownBy(() -> tape.backward(Tensor.zeros(Shape.of(3), 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("out: backward expects a gradient of 2x2, got 2x3");
  }

  @Test
  void gradient_notComputed_isRefused() {
    Passes passes = passes(2);
    passes.workspace.beginTraining(RandomKey.of(0));
    Tape tape = Tape.forward(passes.weights, passes.workspace, passes.x);
    String message =
        ": has no gradient; run backward first, with the input's gradient if that is meant";
    assertThatThrownBy(() -> tape.gradient("a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a" + message);
    assertThatThrownBy(() -> passes.workspace.node("a").gradient("weight"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a: no gradient for weight yet; run a backward pass first");
    tape.backward(Tensor.zeros(Shape.of(2), 2));
    assertThat(tape.gradient("a").toArray()).containsOnly(0f);
    assertThatThrownBy(() -> tape.gradient("input"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("input" + message);
  }

  @Test
  void forward_otherShape_isRefused() {
    Passes passes = passes(2);
    assertThatThrownBy(
            () ->
                Tape.forward(passes.weights, passes.workspace, Tensor.zeros(Shape.of(2, 4, 5), 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("network: expects inputs of 2x5x4, got 2x4x5");
  }

  @Test
  void value_unknownNode_isRefused() {
    Tape tape = passes(1).forward();
    assertThatThrownBy(() -> tape.value("zz"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("network: no node named \"zz\"");
  }

  @Test
  void forward_withoutBeginningAPass_isRefused() {
    Passes passes = passes(1);
    passes.workspace.beginInference();
    Tape.forward(passes.weights, passes.workspace, passes.x);
    assertThatThrownBy(() -> Tape.forward(passes.weights, passes.workspace, passes.x))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "workspace: no pass was begun since the last forward; call beginTraining or beginInference before each");
  }
}

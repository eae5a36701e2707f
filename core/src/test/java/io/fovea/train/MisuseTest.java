package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.dataset.FewImages;
import io.fovea.kernel.KernelSet;
import io.fovea.layer.GlobalAvgPool2d;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.network.execution.Workspace;
import io.fovea.optim.Schedule;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Mistakes that would go unnoticed, or be noticed late and far away. */
class MisuseTest {
  private static Network dense(int size) {
    return Network.input(1, size, size).flatten().dense(2).build(Initializer.he(), 1);
  }

  private static FewImages images(int... labels) {
    float[][] pixels = new float[labels.length][4];
    for (int i = 0; i < labels.length; i++) {
      pixels[i][i % 4] = 200;
    }
    return new FewImages("few", Shape.of(1, 2, 2), 2, labels, pixels);
  }

  @Test
  void publish_weightsOfAnotherNetwork_isRefused() {
    Network small = dense(2);
    assertThatThrownBy(() -> small.publish(dense(3).weights()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "weights: made for another network: expects {dense1.weight=2x4, dense1.bias=2}, "
                + "got {dense1.weight=2x9, dense1.bias=2}; use the graph they were made for");
    assertThatThrownBy(() -> PackedWeights.of(small.graph(), dense(3).weights(), KernelSet.VECTOR))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void resume_withAnotherBatchSize_isRefused() {
    Runs.Log log = new Runs.Log();
    FewImages data = images(0, 1, 0, 1, 1, 0);
    Trainer.of(dense(2)).batchSize(2).epochs(2).listener(log).fit(data);
    for (int step = 1; step < log.checkpoints.size(); step++) {
      Checkpoint checkpoint = log.checkpoints.get(step);
      assertThatThrownBy(
              () -> Trainer.of(dense(2)).batchSize(4).epochs(2).resume(checkpoint).fit(data))
          .as("step %d", step)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("resume: the checkpoint (step ")
          .hasMessageContaining("was written with another batch size than 4");
    }
  }

  @Test
  void resume_ofAnotherNetwork_isRefused() {
    Runs.Log log = new Runs.Log();
    Trainer.of(dense(2)).listener(log).fit(images(0, 1));
    Network other = Network.input(1, 2, 2).flatten().dense(3).dense(2).build(Initializer.he(), 1);
    assertThatThrownBy(() -> Trainer.of(other).resume(log.checkpoints.getFirst()).fit(images(0, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("made for another network");
  }

  @Test
  void fit_labelOutOfRange_namesTheImage() {
    assertThatThrownBy(() -> Trainer.of(dense(2)).threads(1).fit(images(0, 7)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("few #1: label 7 is not from 0 to 1; correct the label, or name all classes");
  }

  @Test
  void forward_withoutBeginningAPass_isRefused() {
    Network net = dense(2);
    try (Workers workers = Workers.of(1)) {
      Workspace workspace = Workspace.of(KernelSet.VECTOR, workers);
      PackedWeights weights = PackedWeights.of(net.graph(), net.weights(), KernelSet.VECTOR);
      Tensor x = Tensor.zeros(net.graph().input(), 1);
      workspace.beginInference();
      Tape.forward(weights, workspace, x);
      assertThatThrownBy(() -> Tape.forward(weights, workspace, x))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "workspace: no pass was begun since the last forward; call beginTraining or beginInference before each");
    }
  }

  @Test
  void oneCycle_wrongNumbers_areRefusedAndSmallRunsAreFinite() {
    assertThatThrownBy(() -> new Schedule.OneCycle(0.5, -1, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "schedule: one-cycle needs a rise from 0 to below 1 and divisors from 1 up, got 0.5, -1.0 and 10.0");
    assertThat(new Schedule.OneCycle(0.5, 25, 1e4).factor(0, 1, 2)).isEqualTo(1);
  }

  @Test
  void graph_tooLarge_namesTheNode() {
    assertThatThrownBy(
            () -> Network.input(1, 2000, 2000).flatten().dense(2000).build(Initializer.he(), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("dense1: shape: [2000, 4000000] has more than");
    assertThatThrownBy(
            () ->
                Graph.of(
                    Shape.of(1, 40000, 1),
                    List.of(new Graph.Node("pool1", new GlobalAvgPool2d(), List.of(Graph.INPUT)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("pool1: window: every size must be at most 32767");
  }

  @Test
  void builder_nameTakenByHand_isSkippedByTheNextNumber() {
    Graph graph = Network.input(1, 8, 8).conv2d(2, 1).as("conv2").conv2d(2, 1).conv2d(2, 1).graph();
    assertThat(graph.nodes())
        .extracting(Graph.Node::name)
        .containsExactly("conv2", "conv3", "conv4");
  }
}

package io.fovea.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.kernel.KernelSet;
import io.fovea.network.execution.Workspace;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DropoutTest {
  private static final Shape SHAPE = Shape.of(4, 25, 10);

  private static Tensor ones(int count) {
    Tensor x = Tensor.zeros(SHAPE, count);
    Arrays.fill(x.array(), 1);
    return x;
  }

  private static Step training(Workers workers, long step, int count, float rate) {
    Workspace workspace = Workspace.of(KernelSet.VECTOR, workers);
    workspace.beginTraining(RandomKey.of(1).with("step").with(step));
    return new Dropout(rate).forward(List.of(ones(count)), Values.NONE, workspace.node("drop"));
  }

  @Test
  void forward_training_dropsItsShareAndKeepsTheMean() {
    try (Workers workers = Workers.of(2)) {
      float[] y = training(workers, 1, 20, 0.25f).output().toArray();
      long dropped = 0;
      for (float value : y) {
        assertThat(value).isIn(0f, 1 / 0.75f);
        dropped += value == 0 ? 1 : 0;
      }
      // 20,000 elements: the share's deviation is 0.003
      assertThat((double) dropped / y.length).isCloseTo(0.25, within(0.016));
    }
  }

  @Test
  void backward_training_usesTheSameFactors() {
    try (Workers workers = Workers.of(2)) {
      Step step = training(workers, 1, 3, 0.5f);
      float[] y = step.output().toArray();
      assertThat(step.backward(ones(3)).getFirst().toArray()).isEqualTo(y);
    }
  }

  @Test
  void forward_otherStepThreadsOrBatch_isKeyedByStepAndImage() {
    try (Workers one = Workers.of(1);
        Workers four = Workers.of(4)) {
      float[] y = training(one, 1, 3, 0.5f).output().toArray();
      assertThat(training(four, 1, 3, 0.5f).output().toArray()).isEqualTo(y);
      assertThat(training(one, 1, 2, 0.5f).output().toArray()).isEqualTo(Arrays.copyOf(y, 2000));
      assertThat(training(one, 2, 3, 0.5f).output().toArray()).isNotEqualTo(y);
      assertThat(Arrays.copyOfRange(y, 1000, 2000)).isNotEqualTo(Arrays.copyOf(y, 1000));
    }
  }

  @Test
  void forward_inference_passesThrough() {
    try (Workers workers = Workers.of(1)) {
      Workspace workspace = Workspace.of(KernelSet.VECTOR, workers);
      workspace.beginInference();
      Tensor x = ones(2);
      Step step = new Dropout(0.9f).forward(List.of(x), Values.NONE, workspace.node("drop"));
      assertThat(step.output()).isSameAs(x);
      assertThat(step.backward(x)).containsExactly(x);
    }
  }
}

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
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Dropout of numbers and of whole channels. */
class DropoutTest {
  @AutoClose private static final Workers WORKERS = Workers.of(2);

  /** 1,000 elements, 50 channels of 20. */
  private static final Shape SHAPE = Shape.of(50, 5, 4);

  static Stream<Layer> halves() {
    return Stream.of(new Dropout(0.5f), new Dropout2d(0.5f));
  }

  private static Tensor ones(int count) {
    Tensor x = Tensor.zeros(SHAPE, count);
    Arrays.fill(x.array(), 1);
    return x;
  }

  private static Step training(Layer layer, Workers workers, long step, int count) {
    Workspace workspace = Workspace.of(KernelSet.VECTOR, workers);
    workspace.beginTraining(RandomKey.of(1).with("step").with(step));
    return layer.forward(List.of(ones(count)), Values.NONE, workspace.node("drop"));
  }

  /** How many of some equal parts of y are 0, the others 1 / (1 - rate) throughout. */
  private static double dropped(float[] y, int part) {
    int dropped = 0;
    for (int at = 0; at < y.length; at += part) {
      float first = y[at];
      assertThat(first).isIn(0f, 1 / 0.75f);
      assertThat(Arrays.copyOfRange(y, at, at + part)).containsOnly(first);
      dropped += first == 0 ? 1 : 0;
    }
    return (double) dropped * part / y.length;
  }

  @Test
  void forward_training_dropsItsShareAndKeepsTheMean() {
    float[] y = training(new Dropout(0.25f), WORKERS, 1, 20).output().toArray();
    assertThat(dropped(y, 1)).isCloseTo(0.25, within(0.016)); // a deviation of 0.003
  }

  @Test
  void dropout2d_training_dropsWholeChannelsAndKeepsTheMean() {
    float[] y = training(new Dropout2d(0.25f), WORKERS, 1, 40).output().toArray();
    assertThat(dropped(y, 20)).isCloseTo(0.25, within(0.05)); // a deviation of 0.0097
  }

  @ParameterizedTest
  @MethodSource("halves")
  void backward_training_usesTheSameFactors(Layer layer) {
    Step step = training(layer, WORKERS, 1, 3);
    assertThat(step.backward(ones(3)).getFirst().toArray()).isEqualTo(step.output().toArray());
  }

  @ParameterizedTest
  @MethodSource("halves")
  void forward_otherStepThreadsOrBatch_isKeyedByStepAndImage(Layer layer) {
    try (Workers four = Workers.of(4)) {
      float[] y = training(layer, WORKERS, 1, 3).output().toArray();
      assertThat(training(layer, four, 1, 3).output().toArray()).isEqualTo(y);
      assertThat(training(layer, WORKERS, 1, 2).output().toArray())
          .isEqualTo(Arrays.copyOf(y, 2000));
      assertThat(training(layer, WORKERS, 2, 3).output().toArray()).isNotEqualTo(y);
      assertThat(Arrays.copyOfRange(y, 1000, 2000)).isNotEqualTo(Arrays.copyOf(y, 1000));
    }
  }

  @ParameterizedTest
  @MethodSource("halves")
  void forward_inference_passesThrough(Layer layer) {
    Tensor x = ones(2);
    Step step = LayerPass.inference(layer, KernelSet.VECTOR, WORKERS, Map.of(), x).step;
    assertThat(step.output()).isSameAs(x);
    assertThat(step.backward(x)).containsExactly(x);
  }
}

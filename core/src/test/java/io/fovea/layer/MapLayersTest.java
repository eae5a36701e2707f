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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Rims, larger maps and spatial dropout, by hand. */
class MapLayersTest {
  private static final Workers WORKERS = Workers.of(2);

  @AfterAll
  static void close() {
    WORKERS.close();
  }

  private static Step training(Layer layer, Workers workers, long step, Tensor x) {
    Workspace workspace = Workspace.of(KernelSet.VECTOR, workers);
    workspace.beginTraining(RandomKey.of(1).with("step").with(step));
    return layer.forward(List.of(x), Values.NONE, workspace.node("it"));
  }

  private static Step training(Layer layer, Tensor x) {
    return training(layer, WORKERS, 1, x);
  }

  @Test
  void zeroPad2d_sidesThatDiffer_surroundEachMap() {
    Tensor x = Tensor.of(Shape.of(2, 1, 2), 2, 1, 2, 3, 4, 5, 6, 7, 8);
    Step step = training(new ZeroPad2d(1, 2, 0, 1), x);
    assertThat(step.output().shape()).isEqualTo(Shape.of(2, 2, 5));
    assertThat(step.output().toArray())
        .containsExactly(
            0, 0, 0, 0, 0, 0, 0, 1, 2, 0, // image 0, channel 0
            0, 0, 0, 0, 0, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 7, 8,
            0);
    float[] dy = new float[40];
    for (int i = 0; i < 40; i++) {
      dy[i] = i;
    }
    Tensor dx = step.backward(Tensor.of(Shape.of(2, 2, 5), 2, dy)).getFirst();
    assertThat(dx.toArray()).containsExactly(7, 8, 17, 18, 27, 28, 37, 38);
  }

  @Test
  void zeroPad2d_usedAgain_hasZerosStill() {
    Workspace workspace = Workspace.of(KernelSet.VECTOR, WORKERS);
    Layer pad = new ZeroPad2d(1, 1, 1, 1);
    for (int round = 0; round < 2; round++) {
      workspace.beginInference();
      Tensor x = Tensor.of(Shape.of(1, 1, 1), 1, 5);
      Tensor y = pad.forward(List.of(x), Values.NONE, workspace.node("pad1")).output();
      assertThat(y.toArray()).containsExactly(0, 0, 0, 0, 5, 0, 0, 0, 0);
      Arrays.fill(y.array(), 9);
    }
  }

  @Test
  void upsample2d_factorTwo_repeatsPixelsAndAddsTheirGradients() {
    Tensor x = Tensor.of(Shape.of(2, 1, 2), 1, 1, 2, 3, 4);
    Step step = training(new Upsample2d(2), x);
    assertThat(step.output().shape()).isEqualTo(Shape.of(2, 2, 4));
    assertThat(step.output().toArray())
        .containsExactly(1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4);
    float[] dy = {1, 2, 3, 4, 5, 6, 7, 8, 10, 20, 30, 40, 50, 60, 70, 80};
    Tensor dx = step.backward(Tensor.of(Shape.of(2, 2, 4), 1, dy)).getFirst();
    assertThat(dx.toArray()).containsExactly(14, 22, 140, 220);
  }

  @Test
  void upsample2d_factorOne_changesNothing() {
    Tensor x = Tensor.of(Shape.of(1, 2, 2), 1, 1, 2, 3, 4);
    assertThat(training(new Upsample2d(1), x).output().toArray()).containsExactly(1, 2, 3, 4);
  }

  private static final Shape MAPS = Shape.of(50, 3, 2);

  private static Tensor ones(int count) {
    Tensor x = Tensor.zeros(MAPS, count);
    Arrays.fill(x.array(), 1);
    return x;
  }

  @Test
  void dropout2d_training_dropsWholeChannelsAndKeepsTheMean() {
    float[] y = training(new Dropout2d(0.25f), ones(40)).output().toArray();
    int dropped = 0;
    for (int map = 0; map < 2000; map++) {
      float first = y[map * 6];
      assertThat(first).isIn(0f, 1 / 0.75f);
      assertThat(Arrays.copyOfRange(y, map * 6, map * 6 + 6)).containsOnly(first);
      dropped += first == 0 ? 1 : 0;
    }
    // 2,000 maps: the share's deviation is 0.0097
    assertThat(dropped / 2000.0).isCloseTo(0.25, within(0.05));
  }

  @Test
  void dropout2d_backward_usesTheSameFactors() {
    Step step = training(new Dropout2d(0.5f), ones(3));
    float[] y = step.output().toArray();
    assertThat(step.backward(ones(3)).getFirst().toArray()).isEqualTo(y);
  }

  @Test
  void dropout2d_otherStepThreadsOrBatch_isKeyedByStepAndImage() {
    Layer layer = new Dropout2d(0.5f);
    try (Workers four = Workers.of(4)) {
      float[] y = training(layer, ones(3)).output().toArray();
      assertThat(training(layer, four, 1, ones(3)).output().toArray()).isEqualTo(y);
      assertThat(training(layer, ones(2)).output().toArray()).isEqualTo(Arrays.copyOf(y, 600));
      assertThat(training(layer, WORKERS, 2, ones(3)).output().toArray()).isNotEqualTo(y);
      assertThat(Arrays.copyOfRange(y, 300, 600)).isNotEqualTo(Arrays.copyOf(y, 300));
    }
  }

  @Test
  void dropout2d_inference_passesThrough() {
    Workspace workspace = Workspace.of(KernelSet.VECTOR, WORKERS);
    workspace.beginInference();
    Tensor x = ones(2);
    Step step = new Dropout2d(0.9f).forward(List.of(x), Values.NONE, workspace.node("drop"));
    assertThat(step.output()).isSameAs(x);
    assertThat(step.backward(x)).containsExactly(x);
  }
}

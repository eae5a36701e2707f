package io.fovea.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.KernelSet;
import io.fovea.network.execution.Workspace;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Rims and larger maps, by hand; {@link DropoutTest} has spatial dropout. */
class MapLayersTest {
  @AutoClose private static final Workers WORKERS = Workers.of(2);

  private static Step training(Layer layer, Tensor x) {
    return LayerPass.training(layer, KernelSet.VECTOR, WORKERS, x).step;
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
}

package io.fovea.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.KernelSet;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layers that only arrange numbers: where each one goes, and where its gradient comes from. */
class JoinsByHandTest {
  /** Two images; logical order is image, channel, row, column. */
  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void concat_mapsOfTwoAndOneChannels_standBehindEachOtherInEachImage(KernelSet set) {
    Tensor two = Tensor.of(Shape.of(2, 1, 2), 2, 1, 2, 3, 4, 5, 6, 7, 8);
    Tensor one = Tensor.of(Shape.of(1, 1, 2), 2, 10, 20, 30, 40);
    try (Workers workers = Workers.of(1)) {
      Step step = LayerPass.training(new Concat(), set, workers, two, one).step;
      assertThat(step.output().shape()).isEqualTo(Shape.of(3, 1, 2));
      assertThat(step.output().toArray()).containsExactly(1, 2, 3, 4, 10, 20, 5, 6, 7, 8, 30, 40);
      Tensor dy =
          Tensor.of(step.output().shape(), 2, 11, 12, 13, 14, 15, 16, 21, 22, 23, 24, 25, 26);
      List<Tensor> back = step.backward(dy);
      assertThat(back.get(0).toArray()).containsExactly(11, 12, 13, 14, 21, 22, 23, 24);
      assertThat(back.get(1).toArray()).containsExactly(15, 16, 25, 26);
    }
  }

  /** PyTorch's order: torch.arange(6).reshape(1, 2, 1, 3).flatten(1) is 0 to 5. */
  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void flatten_maps_keepTheLogicalOrderThere_andBack(KernelSet set) {
    Tensor maps = Tensor.of(Shape.of(2, 1, 3), 1, 0, 1, 2, 3, 4, 5);
    try (Workers workers = Workers.of(1)) {
      Step step = LayerPass.training(new Flatten(), set, workers, maps).step;
      assertThat(step.output().shape().rank()).isEqualTo(1);
      assertThat(step.output().toArray()).containsExactly(0, 1, 2, 3, 4, 5);
      Tensor dy = Tensor.of(step.output().shape(), 1, 5, 6, 7, 8, 9, 10);
      Tensor dx = step.backward(dy).getFirst();
      assertThat(dx.shape()).isEqualTo(Shape.of(2, 1, 3));
      assertThat(dx.toArray()).containsExactly(5, 6, 7, 8, 9, 10);
    }
  }
}

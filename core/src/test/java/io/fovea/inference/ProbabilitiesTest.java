package io.fovea.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbabilitiesTest {
  private static final Tensor LOGITS =
      Tensor.of(Shape.of(3), 2, new float[] {0, 0, (float) Math.log(2), 1000, -1000, 1000});

  @Test
  void softmax_anImage_sumsToOne() {
    List<Double> p = Probabilities.softmax(LOGITS, 0, 3);
    assertThat(p).hasSize(3);
    assertThat(p.get(0)).isEqualTo(0.25, within(1e-7));
    assertThat(p.get(2)).isEqualTo(0.5, within(1e-7));
    assertThat(p.stream().mapToDouble(x -> x).sum()).isEqualTo(1, within(1e-15));
  }

  @Test
  void softmax_hugeOutputs_neitherOverflowsNorVanishes() {
    assertThat(Probabilities.softmax(LOGITS, 1, 3)).containsExactly(0.5, 0.0, 0.5);
  }

  @Test
  void list_equalsAnyOtherOfTheSameNumbers_andCannotBeChanged() {
    List<Double> p = Probabilities.softmax(LOGITS, 1, 3);
    assertThat(p).isEqualTo(List.of(0.5, 0.0, 0.5)).hasSameHashCodeAs(List.of(0.5, 0.0, 0.5));
    assertThat(List.copyOf(p)).isEqualTo(p);
    assertThat(p).hasToString("[0.5, 0.0, 0.5]");
    assertThatThrownBy(() -> p.set(0, 1.0)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> p.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}

package io.fovea.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.tensor.Shape;
import org.junit.jupiter.api.Test;

class DatasetTest {
  private static final Dataset WHOLE =
      new FewImages(
          "letters",
          Shape.of(1, 1, 2),
          3,
          new int[] {2, 0, 1},
          new float[] {1, 2},
          new float[] {3, 4},
          new float[] {5, 6});

  @Test
  void select_indices_givesThemInTheirOrder() {
    int[] indices = {2, 0, 2};
    Dataset some = WHOLE.select(indices, "some");
    indices[0] = 1;
    assertThat(some.name()).isEqualTo("some");
    assertThat(some.size()).isEqualTo(3);
    assertThat(some.shape()).isEqualTo(WHOLE.shape());
    assertThat(some.classes()).isEqualTo(WHOLE.classes());
    assertThat(new int[] {some.label(0), some.label(1), some.label(2)}).containsExactly(1, 2, 1);
    float[] pixels = new float[4];
    some.pixels(0, pixels, 1);
    assertThat(pixels).containsExactly(0, 5, 6, 0);
    assertThat(some.origin(1)).isEqualTo("letters #0");
  }

  @Test
  void select_indexOutside_isRefused() {
    assertThatThrownBy(() -> WHOLE.select(new int[] {3}, "some"))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void first_moreThanThereAre_isAll() {
    assertThat(WHOLE.first(2).size()).isEqualTo(2);
    assertThat(WHOLE.first(2).label(1)).isZero();
    assertThat(WHOLE.first(10).size()).isEqualTo(3);
    assertThat(WHOLE.first(2).name()).isEqualTo("letters");
  }
}

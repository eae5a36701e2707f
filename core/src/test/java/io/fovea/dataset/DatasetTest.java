package io.fovea.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.tensor.Shape;
import java.util.List;
import java.util.Map;
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
  void first_moreThanThereAre_isAll() {
    assertThat(WHOLE.first(2).size()).isEqualTo(2);
    assertThat(WHOLE.first(2).label(1)).isZero();
    assertThat(WHOLE.first(10).size()).isEqualTo(3);
    assertThat(WHOLE.first(2).name()).isEqualTo("letters");
  }

  @Test
  void relabeled_changesTheseImagesOnly() {
    Dataset changed = WHOLE.relabeled(Map.of(1, 2));
    float[] shares = new float[3];
    changed.shares(1, shares, 0);
    assertThat(shares).containsExactly(0, 0, 1);
    assertThat(changed.label(1)).isEqualTo(2);
    assertThat(changed.label(0)).isEqualTo(WHOLE.label(0));
    assertThat(changed.isMultiLabel()).isFalse();
    assertThatThrownBy(() -> WHOLE.relabeled(Map.of(9, 0)))
        .hasMessageContaining(
            "expects an image below 3 and a class below 3, got image 9 and class 0");
  }

  @Test
  void withLabels_hasAShareForEach_alsoInParts() {
    Dataset several = WHOLE.withLabels(List.of(List.of(2, 0), List.of(), List.of(1)));
    Dataset part = several.select(new int[] {1, 0}, "part").grouped(List.of("a", "a"));
    assertThat(part.isMultiLabel()).isTrue();
    assertThat(WHOLE.isMultiLabel()).isFalse();
    assertThat(new int[] {part.label(0), part.label(1)}).containsExactly(0, 2);
    float[] shares = {9, 9, 9, 9, 9, 9, 9};
    part.shares(0, shares, 1);
    part.shares(1, shares, 4);
    assertThat(shares).containsExactly(9, 0, 0, 0, 1, 0, 1);
  }

  @Test
  void withLabels_thatDoNotFit_areRefused() {
    assertThatThrownBy(() -> WHOLE.withLabels(List.of(List.of(1))))
        .hasMessage(
            "letters: expects the labels of 3 images, got 1; give an image without any an empty list");
    assertThatThrownBy(() -> WHOLE.withLabels(List.of(List.of(), List.of(0, 0), List.of())))
        .hasMessage("letters #1: expects labels from 0 to 2, each once, got [0, 0]");
    assertThatThrownBy(() -> WHOLE.withLabels(List.of(List.of(3), List.of(), List.of())))
        .hasMessage("letters #0: expects labels from 0 to 2, each once, got [3]");
  }
}

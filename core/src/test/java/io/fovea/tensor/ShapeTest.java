package io.fovea.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShapeTest {
  @Test
  void of_sizes_areCopied() {
    int[] sizes = {2, 3, 4};
    Shape shape = Shape.of(sizes);
    sizes[0] = 9;
    shape.sizes()[1] = 9;
    assertThat(shape).isEqualTo(Shape.of(2, 3, 4)).hasSameHashCodeAs(Shape.of(2, 3, 4));
    assertThat(shape.rank()).isEqualTo(3);
    assertThat(shape.size(2)).isEqualTo(4);
    assertThat(shape.elements()).isEqualTo(24);
    assertThat(shape.sizes()).containsExactly(2, 3, 4);
    assertThat(shape).hasToString("2x3x4");
    assertThat(Shape.of(7)).hasToString("7");
  }

  @Test
  void of_noSizes_isASingleNumber() {
    assertThat(Shape.of().rank()).isZero();
    assertThat(Shape.of().elements()).isEqualTo(1);
    assertThat(Shape.of().logicalOrder()).containsExactly(0);
    assertThat(Shape.of()).hasToString("a single number").isNotEqualTo(Shape.of(1));
  }

  @Test
  void of_sizeBelowOne_isRefused() {
    assertThatThrownBy(() -> Shape.of(2, 0, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shape: every size must be at least 1, got [2, 0, 4]");
    assertThatThrownBy(() -> Shape.of(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shape: every size must be at least 1, got [-1]");
  }

  @Test
  void of_tooManyElements_isRefused() {
    assertThatThrownBy(() -> Shape.of(1 << 16, 1 << 15, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "shape: [65536, 32768, 2] has more than 2147483647 elements; a value must fit in one Java array");
    assertThatThrownBy(() -> Shape.of(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has more than 2147483647 elements");
    assertThat(Shape.of(Integer.MAX_VALUE).elements()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void logicalOrder_maps_isChannelsLast() {
    // memory: (h0,w0): c0 c1 c2, (h0,w1): c0 c1 c2; logical: c0: h0w0 h0w1, c1: ..., c2: ...
    assertThat(Shape.of(3, 1, 2).logicalOrder()).containsExactly(0, 2, 4, 1, 3, 5);
    assertThat(Shape.of(2, 2, 2).logicalOrder()).containsExactly(0, 4, 1, 5, 2, 6, 3, 7);
  }

  @Test
  void logicalOrder_whereNothingMoves_isTheIdentity() {
    assertThat(Shape.of(4).logicalOrder()).containsExactly(0, 1, 2, 3);
    assertThat(Shape.of(1, 2, 2).logicalOrder()).containsExactly(0, 1, 2, 3);
    assertThat(Shape.of(4, 1, 1).logicalOrder()).containsExactly(0, 1, 2, 3);
    assertThat(Shape.of(2, 2).logicalOrder()).containsExactly(0, 1, 2, 3);
  }

  @Test
  void flattened_maps_remembersWhereItCameFrom() {
    Shape maps = Shape.of(3, 1, 2);
    Shape flat = maps.flattened();
    assertThat(flat.rank()).isEqualTo(1);
    assertThat(flat.elements()).isEqualTo(6);
    assertThat(flat.parts()).containsExactly(maps);
    assertThat(flat.logicalOrder()).isEqualTo(maps.logicalOrder());
    assertThat(flat).isNotEqualTo(Shape.of(6)).isNotEqualTo(Shape.of(3, 2, 1).flattened());
    assertThat(flat.flattened()).isSameAs(flat);
  }

  @Test
  void flattened_whereNothingMoves_isAPlainRow() {
    assertThat(Shape.of(1, 2, 3).flattened()).isEqualTo(Shape.of(6));
    assertThat(Shape.of(6, 1, 1).flattened()).isEqualTo(Shape.of(6));
    assertThat(Shape.of(2, 3).flattened()).isEqualTo(Shape.of(6));
    assertThat(Shape.of(6).flattened().parts()).isEmpty();
  }

  @Test
  void concatenated_rows_keepEachPartsOrder() {
    Shape maps = Shape.of(2, 1, 2);
    Shape joined = Shape.concatenated(List.of(Shape.of(2), maps.flattened(), Shape.of(1)));
    assertThat(joined.elements()).isEqualTo(7);
    assertThat(joined.parts()).containsExactly(Shape.of(2), maps, Shape.of(1));
    assertThat(joined.logicalOrder()).containsExactly(0, 1, 2, 4, 3, 5, 6);
    Shape twice = Shape.concatenated(List.of(joined, maps.flattened()));
    assertThat(twice.parts()).containsExactly(Shape.of(2), maps, Shape.of(1), maps);
    assertThat(twice.logicalOrder()).containsExactly(0, 1, 2, 4, 3, 5, 6, 7, 9, 8, 10);
    assertThat(Shape.concatenated(List.of(Shape.of(2), Shape.of(3)))).isEqualTo(Shape.of(5));
  }

  @Test
  void concatenated_tooMuch_isRefused() {
    String message =
        "shape: expects at most 10000 joined values with 2147483647 features, got more; concat fewer, or flatten behind the concat";
    Shape half = Shape.of(1 << 30);
    assertThatThrownBy(() -> Shape.concatenated(List.of(half, half)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void concatenated_moreThanTenThousandParts_isRefusedBeforeMemoryIsFull() {
    Shape joined = Shape.of(2, 2, 2).flattened();
    for (int i = 0; i < 13; i++) {
      joined = Shape.concatenated(List.of(joined, joined));
    }
    List<Shape> twice = List.of(joined, joined);
    assertThatThrownBy(() -> Shape.concatenated(twice))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "shape: expects at most 10000 joined values with 2147483647 features, got more; "
                + "concat fewer, or flatten behind the concat");
  }
}

package io.fovea.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TensorTest {
  /** Two images of (2, 2, 3), numbered in logical order. */
  private static Tensor numbered() {
    float[] values = new float[24];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return Tensor.of(Shape.of(2, 2, 3), 2, values);
  }

  @Test
  void of_logicalValues_liesChannelsLast() {
    Tensor tensor = numbered();
    assertThat(tensor.array())
        .containsExactly(
            0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11, 12, 18, 13, 19, 14, 20, 15, 21, 16, 22, 17, 23);
    for (int n = 0; n < 2; n++) {
      for (int c = 0; c < 2; c++) {
        for (int h = 0; h < 2; h++) {
          for (int w = 0; w < 3; w++) {
            assertThat(tensor.get(n, c, h, w)).isEqualTo(((n * 2 + c) * 2 + h) * 3 + w);
          }
        }
      }
    }
  }

  @Test
  void toArray_windowOnAnArray_isInLogicalOrder() {
    float[] array = {9, 0, 2, 1, 3, 9};
    Tensor tensor = Tensor.on(array, 1, Shape.of(2, 1, 2), 1);
    assertThat(tensor.toArray()).containsExactly(0, 1, 2, 3);
    assertThat(tensor.get(0, 1, 0, 0)).isEqualTo(2);
    assertThat(tensor.array()).isSameAs(array);
    assertThat(tensor.offset()).isEqualTo(1);
    assertThat(tensor.elements()).isEqualTo(4);
    assertThat(tensor).hasToString("1x2x1x2");
  }

  @Test
  void slice_someImages_isOnTheSameMemory() {
    Tensor tensor = numbered();
    Tensor second = tensor.slice(1, 1);
    assertThat(second.count()).isEqualTo(1);
    assertThat(second.get(0, 1, 1, 2)).isEqualTo(23);
    second.array()[second.offset()] = -1;
    assertThat(tensor.get(1, 0, 0, 0)).isEqualTo(-1);
  }

  @Test
  void on_tooShortArray_isRefused() {
    assertThatThrownBy(() -> Tensor.on(new float[10], 3, Shape.of(2, 2), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensor: 2 images of 2x2 from offset 3 need 11 floats, got an array of 10");
    assertThatThrownBy(() -> Tensor.on(new float[10], -1, Shape.of(2), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("tensor: 1 images of 2 from offset -1");
    assertThatThrownBy(() -> Tensor.on(new float[10], 0, Shape.of(2), -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("tensor: -1 images of 2");
  }

  @Test
  void slice_pastTheImages_isRefused() {
    assertThatThrownBy(() -> numbered().slice(1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensor: images 1 to 3 are not all among 2");
  }

  @Test
  void of_otherNumberOfValues_isRefused() {
    assertThatThrownBy(() -> Tensor.of(Shape.of(2, 2), 2, 1, 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensor: 2 images of 2x2 hold 8 values, got 3");
  }
}

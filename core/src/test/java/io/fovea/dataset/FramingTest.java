package io.fovea.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.network.Preprocessing;
import io.fovea.tensor.Shape;
import org.junit.jupiter.api.Test;

/** Pictures of another shape: stretched, or cut about the centre. */
class FramingTest {
  /** Columns of 0, 10, 20 ... and rows that add 1. */
  private static Image ramp(int height, int width) {
    byte[] pixels = new byte[height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (10 * (i % width) + i / width);
    }
    return Image.of(1, height, width, pixels);
  }

  @Test
  void framed_crop_takesTheMiddle() {
    assertThat(ramp(2, 6).framed(2, 2, Framing.CROP).pixels()).containsExactly(20, 30, 21, 31);
    assertThat(ramp(6, 2).framed(2, 2, Framing.CROP).pixels()).containsExactly(2, 12, 3, 13);
    assertThat(ramp(2, 4).framed(1, 2, Framing.CROP).pixels())
        .as("of the same aspect nothing is lost")
        .isEqualTo(ramp(2, 4).resized(1, 2).pixels());
    assertThat(ramp(1, 9).framed(9, 1, Framing.CROP).pixels()).containsOnly(40);
  }

  @Test
  void framed_stretch_takesAll() {
    assertThat(ramp(2, 6).framed(2, 2, Framing.STRETCH).pixels())
        .isEqualTo(ramp(2, 6).resized(2, 2).pixels());
  }

  @Test
  void cropped_rectangle_isCopied() {
    assertThat(ramp(3, 4).cropped(1, 2, 2, 2).pixels()).containsExactly(21, 31, 22, 32);
    assertThatThrownBy(() -> ramp(3, 4).cropped(2, 0, 2, 1))
        .hasMessage("image: cropped expects a rectangle within 4x3, got 1x2 from row 2, column 0");
  }

  @Test
  void fit_framesAsTheModelWasTrained() {
    Preprocessing stretch = Preprocessing.unit(1, Preprocessing.Background.MIXED);
    Preprocessing crop = stretch.withFraming(Framing.CROP);
    Shape square = Shape.of(1, 2, 2);
    assertThat(stretch.framing()).isEqualTo(Framing.STRETCH);
    assertThat(crop.fit(ramp(2, 6), square).pixels()).containsExactly(20, 30, 21, 31);
    assertThat(stretch.fit(ramp(2, 6), square).pixels())
        .isEqualTo(ramp(2, 6).resized(2, 2).pixels());
  }
}

package io.fovea.studio.inside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Image;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class CentringTest {
  /** A filled rectangle on black. */
  private static Image rectangle(int side, int top, int left, int height, int width) {
    byte[] pixels = new byte[side * side];
    for (int i = top; i < top + height; i++) {
      for (int j = left; j < left + width; j++) {
        pixels[i * side + j] = (byte) 255;
      }
    }
    return Image.of(1, side, side, pixels);
  }

  private static double[] centre(Image image) {
    double mass = 0;
    double rows = 0;
    double columns = 0;
    for (int i = 0; i < image.height(); i++) {
      for (int j = 0; j < image.width(); j++) {
        mass += image.get(0, i, j);
        rows += (double) i * image.get(0, i, j);
        columns += (double) j * image.get(0, i, j);
      }
    }
    return new double[] {rows / mass, columns / mass};
  }

  @Test
  void of_rectangle_fillsTheBoxAndKeepsItsAspectRatio() {
    Image framed = Centring.of(rectangle(112, 3, 60, 40, 20), 28, 28);
    // 40x20 scaled by 1/2: 20 rows and 10 columns, centre of the 20 rows at 9.5, so moved by 4 or 5
    int rows = 0;
    int columns = 0;
    for (int k = 0; k < 28; k++) {
      rows += framed.get(0, k, 14) > 0 ? 1 : 0;
      columns += framed.get(0, 14, k) > 0 ? 1 : 0;
    }
    assertThat(rows).isEqualTo(20);
    assertThat(columns).isEqualTo(10);
    assertThat(framed.get(0, 14, 14)).isEqualTo(255);
    assertThat(centre(framed)[0]).isEqualTo(14, within(0.5));
    assertThat(centre(framed)[1]).isEqualTo(14, within(0.5));
  }

  @Test
  void of_sameDrawingElsewhere_givesTheSamePicture() {
    byte[] here = Centring.of(rectangle(112, 3, 60, 31, 17), 28, 28).pixels();
    byte[] there = Centring.of(rectangle(112, 70, 5, 31, 17), 28, 28).pixels();
    assertThat(there).isEqualTo(here);
  }

  @Test
  void of_mnistImage_staysAsItIs() throws IOException {
    // MNIST's own images went through this: a second time moves them by nothing, or scales by < 5
    // %.
    for (Examples.Example example : Examples.all()) {
      double[] before = centre(example.image());
      double[] after = centre(Centring.of(example.image(), 28, 28));
      assertThat(before[0]).isEqualTo(14, within(0.75));
      assertThat(after[0]).isEqualTo(14, within(0.51));
      assertThat(after[1]).isEqualTo(14, within(0.51));
    }
  }

  @Test
  void of_empty_isEmpty() {
    Image nothing = Image.of(1, 50, 50, new byte[2500]);
    assertThat(Centring.isEmpty(nothing)).isTrue();
    assertThat(Centring.of(nothing, 28, 28).pixels()).containsOnly(0);
    assertThat(Centring.isEmpty(rectangle(9, 4, 4, 1, 1))).isFalse();
  }

  @Test
  void of_onePixel_becomesADot() {
    Image framed = Centring.of(rectangle(112, 50, 50, 1, 1), 28, 28);
    assertThat(framed.get(0, 14, 14)).isEqualTo(255);
  }

  @Test
  void of_colour_saysSo() {
    assertThatThrownBy(() -> Centring.of(Image.of(3, 1, 1, new byte[3]), 28, 28))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("centring: expects a grey drawing, got one of 3 channels; convert it first");
  }
}

package io.fovea.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Image;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DigitFramingTest {
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
  void drawing_rectangle_fillsTheBoxAndKeepsItsAspectRatio() {
    Image framed = DigitFraming.drawing(rectangle(112, 3, 60, 40, 20), 28, 28);
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
  void drawing_sameDrawingElsewhere_givesTheSamePicture() {
    byte[] here = DigitFraming.drawing(rectangle(112, 3, 60, 31, 17), 28, 28).pixels();
    byte[] there = DigitFraming.drawing(rectangle(112, 70, 5, 31, 17), 28, 28).pixels();
    assertThat(there).isEqualTo(here);
  }

  @Test
  void drawing_empty_isEmpty() {
    Image nothing = Image.of(1, 50, 50, new byte[2500]);
    assertThat(DigitFraming.isEmpty(nothing)).isTrue();
    assertThat(DigitFraming.drawing(nothing, 28, 28).pixels()).containsOnly(0);
    assertThat(DigitFraming.isEmpty(rectangle(9, 4, 4, 1, 1))).isFalse();
  }

  @Test
  void drawing_onePixel_becomesADot() {
    Image framed = DigitFraming.drawing(rectangle(112, 50, 50, 1, 1), 28, 28);
    assertThat(framed.get(0, 14, 14)).isEqualTo(255);
  }

  @Test
  void drawing_colour_errorNamesTheChannels() {
    assertThatThrownBy(() -> DigitFraming.drawing(Image.of(3, 1, 1, new byte[3]), 28, 28))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("framing: expects a grey drawing, got one of 3 channels; convert it first");
  }

  /** A seven of a pen of a width on ground, the paper's shade falling from left to right. */
  private static Image seven(int ground, int ink, double fall, int pen) {
    int height = 200;
    int width = 300;
    byte[] pixels = new byte[height * width];
    for (int k = 0; k < pixels.length; k++) {
      int y = k / width;
      int x = k % width;
      boolean isBar = y >= 50 && y < 50 + pen && x >= 180 && x < 240;
      double stem = 240 - (y - 50) * 0.4;
      boolean isStem = y >= 50 && y < 150 && x < stem && x >= stem - pen;
      double light = 1 - fall * x / width;
      pixels[k] = (byte) Math.round((isBar || isStem ? ink : ground) * light);
    }
    return Image.of(1, height, width, pixels);
  }

  private static double difference(Image a, Image b) {
    byte[] p = a.pixels();
    byte[] q = b.pixels();
    return IntStream.range(0, p.length)
        .mapToDouble(k -> Math.abs((p[k] & 0xff) - (q[k] & 0xff)))
        .average()
        .orElseThrow();
  }

  @Test
  void of_paperOfAnyShade_isTheDrawing() {
    Image drawn = DigitFraming.drawing(seven(0, 255, 0, 12), 28, 28);
    for (Image photo :
        List.of(
            seven(255, 0, 0, 12),
            seven(230, 40, 0, 12),
            seven(230, 90, 0.5, 12),
            seven(60, 220, 0.3, 12))) {
      DigitFraming.Framed framed = DigitFraming.of(photo, 28, 28);
      assertThat(framed.doubt()).isEmpty();
      assertThat(difference(framed.image(), drawn)).isLessThan(4);
    }
  }

  @Test
  void of_pensOfAllWidths_haveStrokesAsInMnist() {
    for (int pen : new int[] {3, 6, 12, 24}) {
      Image framed = DigitFraming.of(seven(230, 40, 0.4, pen), 28, 28).image();
      double mean =
          IntStream.range(0, 784).map(k -> framed.get(0, k / 28, k % 28)).average().orElseThrow();
      assertThat(mean / 255).as("pen of " + pen).isBetween(0.05, 0.16);
    }
  }

  @Test
  void of_deskBesideThePaper_isLeftOut() {
    Image photo = seven(230, 40, 0.2, 12);
    byte[] pixels = photo.pixels();
    for (int k = 0; k < pixels.length; k++) {
      if (k % 300 < 30 || k / 300 >= 185) {
        pixels[k] = 70;
      }
    }
    DigitFraming.Framed framed = DigitFraming.of(Image.of(1, 200, 300, pixels), 28, 28);
    assertThat(difference(framed.image(), DigitFraming.of(photo, 28, 28).image())).isLessThan(1);
    assertThat(framed.doubt()).isEmpty();
  }

  @Test
  void of_plainPaper_isEmptyAndDoubtful() {
    DigitFraming.Framed framed = DigitFraming.of(seven(230, 230, 0.5, 12), 28, 28);
    assertThat(framed.image().pixels()).containsOnly(0);
    assertThat(framed.doubt()).contains("nothing stands out from the background");
    assertThat(DigitFraming.of(Image.of(3, 1, 1, new byte[3]), 28, 28).doubt()).isPresent();
  }

  @Test
  void of_twoDigits_warnsOfSeveralObjects() {
    byte[] pixels = seven(230, 40, 0, 12).pixels();
    for (int k = 0; k < pixels.length; k++) {
      if (k / 300 >= 40 && k / 300 < 150 && k % 300 >= 40 && k % 300 < 54) {
        pixels[k] = 40;
      }
    }
    assertThat(DigitFraming.of(Image.of(1, 200, 300, pixels), 28, 28).doubt())
        .contains("several things stand out, and the largest one was taken");
  }

  @Test
  void of_filledSquare_fillsTooMuch() {
    byte[] pixels = new byte[200 * 200];
    for (int k = 0; k < pixels.length; k++) {
      boolean isInside = k / 200 >= 80 && k / 200 < 120 && k % 200 >= 80 && k % 200 < 120;
      pixels[k] = (byte) (isInside ? 20 : 230);
    }
    assertThat(DigitFraming.of(Image.of(1, 200, 200, pixels), 28, 28).doubt())
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .matches("what stands out fills \\d+ % of the image, digits fill 3 to 40 %"));
  }

  @Test
  void isUsual_oneLengthOfInk_orMany() {
    List<Image> digits = IntStream.range(5, 20).mapToObj(w -> rectangle(28, 4, 4, 20, w)).toList();
    List<Image> things = IntStream.range(5, 20).mapToObj(w -> rectangle(28, 4, 4, w, w)).toList();
    List<Image> whole = IntStream.range(5, 20).mapToObj(w -> rectangle(28, 0, 4, 28, w)).toList();
    assertThat(DigitFraming.isUsual(digits)).isTrue();
    assertThat(DigitFraming.isUsual(things)).isFalse();
    assertThat(DigitFraming.isUsual(whole)).isFalse();
    assertThat(DigitFraming.isUsual(List.of())).isFalse();
  }
}

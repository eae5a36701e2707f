package io.fovea.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures of another shape: stretched, or cut about the centre. */
class ImageFramingTest {
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
    assertThat(ImageFraming.of(ramp(2, 6), 2, 2, Framing.CROP).pixels())
        .containsExactly(20, 30, 21, 31);
    assertThat(ImageFraming.of(ramp(6, 2), 2, 2, Framing.CROP).pixels())
        .containsExactly(2, 12, 3, 13);
    assertThat(ImageFraming.of(ramp(2, 4), 1, 2, Framing.CROP).pixels())
        .as("of the same aspect nothing is lost")
        .isEqualTo(ramp(2, 4).resized(1, 2).pixels());
    assertThat(ImageFraming.of(ramp(1, 9), 9, 1, Framing.CROP).pixels()).containsOnly(40);
  }

  @Test
  void framed_stretch_takesAll() {
    assertThat(ImageFraming.of(ramp(2, 6), 2, 2, Framing.STRETCH).pixels())
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

  @Test
  void fitted_digit_isFramedUnlessItHasTheSize() {
    Preprocessing digits =
        Preprocessing.unit(1, Preprocessing.Background.DARK).withFraming(Framing.DIGIT);
    byte[] ink = new byte[60 * 90];
    for (int y = 20; y < 50; y++) {
      Arrays.fill(ink, y * 90 + 70, y * 90 + 76, (byte) 200);
    }
    Image drawn = Image.of(1, 60, 90, ink);
    Shape shape = Shape.of(1, 28, 28);
    Image framed = digits.fit(drawn.inverted(), shape);
    assertThat(framed.get(0, 14, 14)).isGreaterThan(200);
    assertThat(digits.fit(framed, shape).pixels()).isEqualTo(framed.pixels());
    assertThat(digits.fit(framed.inverted(), shape).pixels()).isEqualTo(framed.pixels());
    assertThat(ImageFraming.of(drawn.withChannels(3), 28, 28, Framing.DIGIT).channels())
        .isEqualTo(3);
    assertThat(digits.fitted(drawn, shape).doubt()).isEmpty();
    assertThat(digits.fitted(Image.of(1, 60, 90, new byte[5400]), shape).doubt())
        .contains("nothing stands out from the background");
  }

  @Test
  void fitted_doubts_areNamed() {
    Preprocessing dark = Preprocessing.unit(1, Preprocessing.Background.DARK);
    Shape shape = Shape.of(1, 4, 4);
    byte[] grey = new byte[16];
    Arrays.fill(grey, (byte) 100);
    assertThat(dark.fitted(Image.of(1, 4, 4, grey), shape).doubt())
        .contains("it is plain, nothing stands out from the background");
    grey[5] = (byte) 250;
    assertThat(dark.fitted(Image.of(1, 4, 4, grey), shape).doubt())
        .contains("its edge is grey (100 of 255), theirs are dark");
    assertThat(
            dark.fitted(
                    Image.of(1, 4, 4, new byte[] {0, 0, 0, 0, 0, 90, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0}),
                    shape)
                .doubt())
        .isEmpty();
  }

  /** Red ink on yellow paper, or on paper of all colours. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void fitted_coloursThatAreLost_areNamed_butNotThoseOfInkAndLight(boolean isPaper) {
    byte[] photo = new byte[3 * 40 * 40];
    RandomKey key = RandomKey.of(8);
    for (int k = 0; k < photo.length; k++) {
      boolean isInk = Math.abs(k / 3 % 40 - 20) < 5 && Math.abs(k / 120 - 20) < 15;
      int paper = isPaper ? new int[] {250, 235, 205}[k % 3] : (int) (170 + 80 * key.uniform(k));
      photo[k] = (byte) (isInk ? new int[] {220, 20, 30}[k % 3] : paper);
    }
    Preprocessing light = Preprocessing.unit(1, Preprocessing.Background.LIGHT);
    Optional<String> doubt = light.fitted(Image.of(3, 40, 40, photo), Shape.of(1, 40, 40)).doubt();
    assertThat(doubt)
        .isEqualTo(isPaper ? Optional.empty() : Optional.of("it is in colour, theirs are grey"));
  }

  @Test
  void digit_ofColourOrLightGround_isRefused() {
    assertThatThrownBy(
            () -> Preprocessing.unit(3, Preprocessing.Background.MIXED).withFraming(Framing.DIGIT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "preprocessing: framing digit expects grey images on a dark background, got 3 channels and background mixed; frame otherwise");
  }
}

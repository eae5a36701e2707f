package io.fovea.data.base;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.base.ImageCopies.Copy;
import io.fovea.data.base.ImageCopies.Kind;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageCopiesTest {
  private static final int SIDE = 64;

  /** A smooth picture of random colours. */
  private static Image picture(int number, int channels) {
    byte[] pixels = new byte[6 * 6 * channels];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) RandomKey.of(number).below(256, i);
    }
    return Image.of(channels, 6, 6, pixels).resized(SIDE, SIDE);
  }

  private static Image mirrored(Image image) {
    int channels = image.channels();
    byte[] pixels = image.pixels();
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        for (int c = 0; c < channels; c++) {
          pixels[(y * SIDE + x) * channels + c] = (byte) image.get(c, y, SIDE - 1 - x);
        }
      }
    }
    return Image.of(channels, SIDE, SIDE, pixels);
  }

  /** Noise of up to 20 of 256 levels, as of strong compression. */
  private static Image noisy(Image image) {
    byte[] pixels = image.pixels();
    for (int i = 0; i < pixels.length; i++) {
      int noise = RandomKey.of(99).below(41, i) - 20;
      pixels[i] = (byte) Math.clamp((pixels[i] & 0xff) + noise, 0, 255);
    }
    return Image.of(image.channels(), SIDE, SIDE, pixels);
  }

  private static PixelDataset set(int channels, Image... images) {
    byte[][] pixels = new byte[images.length][];
    for (int i = 0; i < images.length; i++) {
      pixels[i] = images[i].pixels();
    }
    return new PixelDataset(
        "made",
        Shape.of(channels, SIDE, SIDE),
        List.of("a"),
        pixels,
        new int[images.length],
        null,
        Framing.CROP);
  }

  @Test
  void all_planted_areFoundAcrossSetsAndNothingElse() {
    for (int channels : new int[] {1, 3}) {
      Image[] train = new Image[60];
      for (int i = 0; i < train.length; i++) {
        train[i] = picture(i, channels);
      }
      Image resized = train[8].resized(40, 40).resized(SIDE, SIDE);
      PixelDataset test =
          set(
              channels,
              train[5],
              picture(100, channels),
              resized,
              noisy(mirrored(train[20])),
              noisy(train[30]),
              train[5]);
      List<Copy> copies = ImageCopies.all(set(channels, train), test);
      assertThat(copies).extracting(Copy::image).containsExactly(60, 62, 63, 64, 65);
      assertThat(copies).extracting(Copy::of).containsExactly(5, 8, 20, 30, 5);
      assertThat(copies)
          .extracting(Copy::kind)
          .containsExactly(Kind.EXACT, Kind.NEAR, Kind.MIRRORED, Kind.NEAR, Kind.EXACT);
      assertThat(copies).extracting(Copy::similarity).allMatch(value -> value > 0.99);
      assertThat(ImageCopies.exact(set(channels, train), test))
          .containsExactly(new Copy(60, 5, Kind.EXACT, 1), new Copy(65, 5, Kind.EXACT, 1));
    }
  }

  @Test
  void all_imagesOfOneColour_areCopiesOnlyWhenEqual() {
    byte[] grey = new byte[SIDE * SIDE];
    java.util.Arrays.fill(grey, (byte) 9);
    Image nine = Image.of(1, SIDE, SIDE, grey);
    Image none = Image.of(1, SIDE, SIDE, new byte[SIDE * SIDE]);
    assertThat(ImageCopies.all(set(1, nine, none, nine)))
        .containsExactly(new Copy(2, 0, Kind.EXACT, 1));
  }
}

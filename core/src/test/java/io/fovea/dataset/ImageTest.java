package io.fovea.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ImageTest {
  private static Image grey(int height, int width, int... pixels) {
    byte[] bytes = new byte[pixels.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) pixels[i];
    }
    return Image.of(1, height, width, bytes);
  }

  private static int[] row(Image image, int y) {
    int[] row = new int[image.width()];
    Arrays.setAll(row, x -> image.get(0, y, x));
    return row;
  }

  @Test
  void of_bytes_areUnsignedAndCopied() {
    byte[] bytes = {0, (byte) 128, (byte) 255, 1, 2, 3};
    Image image = Image.of(3, 1, 2, bytes);
    bytes[0] = 9;
    image.pixels()[1] = 9;
    assertThat(image.get(0, 0, 0)).isZero();
    assertThat(image.get(1, 0, 0)).isEqualTo(128);
    assertThat(image.get(2, 0, 0)).isEqualTo(255);
    assertThat(image.get(2, 0, 1)).isEqualTo(3);
  }

  @Test
  void of_badSizes_isRefused() {
    assertThatThrownBy(() -> Image.of(2, 1, 1, new byte[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("image: channels must be 1 (grey) or 3 (red, green, blue), got 2");
    assertThatThrownBy(() -> Image.of(3, 2, 2, new byte[11]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("image: 3x2x2 needs 12 bytes, got 11");
    assertThatThrownBy(() -> Image.of(1, 0, 2, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shape: every size must be at least 1, got [1, 0, 2]");
  }

  @Test
  void withChannels_colourToGrey_isLuma() {
    byte[] primaries = {(byte) 255, 0, 0, 0, (byte) 255, 0, 0, 0, (byte) 255, 10, 20, 30};
    Image grey = Image.of(3, 1, 4, primaries).withChannels(1);
    // 0.299 * 255 = 76.2, 0.587 * 255 = 149.7, 0.114 * 255 = 29.07, 2.99 + 11.74 + 3.42 = 18.15
    assertThat(row(grey, 0)).containsExactly(76, 150, 29, 18);
    byte[] white = {-1, -1, -1};
    assertThat(Image.of(3, 1, 1, white).withChannels(1).get(0, 0, 0)).isEqualTo(255);
  }

  @Test
  void withChannels_greyToColour_repeats() {
    Image colour = grey(1, 2, 7, 200).withChannels(3);
    assertThat(colour.pixels()).containsExactly(7, 7, 7, (byte) 200, (byte) 200, (byte) 200);
    assertThat(colour.withChannels(1).pixels()).containsExactly(7, (byte) 200);
    assertThat(colour.withChannels(3)).isSameAs(colour);
  }

  @Test
  void inverted_twice_isTheSame() {
    Image image = grey(1, 3, 0, 100, 255);
    assertThat(row(image.inverted(), 0)).containsExactly(255, 155, 0);
    assertThat(image.inverted().inverted().pixels()).isEqualTo(image.pixels());
  }

  @Test
  void edgeMean_frame_leavesTheMiddleOut() {
    assertThat(grey(3, 3, 10, 20, 30, 40, 255, 50, 60, 70, 80).edgeMean()).isEqualTo(45);
    assertThat(grey(1, 3, 10, 20, 60).edgeMean()).isEqualTo(30);
    assertThat(grey(3, 1, 10, 20, 60).edgeMean()).isEqualTo(30);
    assertThat(grey(1, 1, 9).edgeMean()).isEqualTo(9);
    assertThat(grey(2, 2, 1, 2, 3, 4).edgeMean()).isEqualTo(2.5);
  }

  @Test
  void resized_sameSize_isTheSame() {
    Image image = grey(2, 2, 1, 2, 3, 4);
    assertThat(image.resized(2, 2)).isSameAs(image);
  }

  /** The triangle's definition, in two dimensions at once. */
  @Test
  void resized_anySize_isTheMeanOverATriangle() {
    int[][] sizes = {{3, 11, 7, 4}, {40, 2, 3, 9}, {2, 40, 9, 3}, {9, 9, 30, 5}, {300, 7, 2, 2}};
    for (int[] size : sizes) {
      int h = size[0];
      int w = size[1];
      byte[] bytes = new byte[h * w * 3];
      new Random(5).nextBytes(bytes);
      Image resized = Image.of(3, h, w, bytes).resized(size[2], size[3]);
      for (int y = 0; y < size[2]; y++) {
        for (int x = 0; x < size[3]; x++) {
          for (int c = 0; c < 3; c++) {
            double sum = 0;
            double area = 0;
            for (int i = 0; i < h * w; i++) {
              double weight = triangle(h, size[2], y, i / w) * triangle(w, size[3], x, i % w);
              sum += weight * (bytes[i * 3 + c] & 0xff);
              area += weight;
            }
            assertThat((double) resized.get(c, y, x)).isCloseTo(sum / area, within(0.5 + 1e-9));
          }
        }
      }
    }
  }

  private static double triangle(int from, int to, int position, int pixel) {
    double radius = Math.max(1.0, (double) from / to);
    return Math.max(0, 1 - Math.abs(pixel - ((position + 0.5) * from / to - 0.5)) / radius);
  }

  /** The triangle's definition over a part whose edges lie within pixels, and over whole pixels. */
  @Test
  void resized_part_isTheMeanOverThatPart() {
    byte[] bytes = new byte[11 * 9 * 3];
    new Random(6).nextBytes(bytes);
    Image image = Image.of(3, 11, 9, bytes);
    assertThat(image.resized(2, 1, 8, 6, 3, 4).pixels())
        .isEqualTo(image.cropped(2, 1, 8, 6).resized(3, 4).pixels());
    Image quarter = image.reducedFrom(new FullSize(4, 3, 2, 41, 33));
    Image part = quarter.inverted().withChannels(1).resized(6, 5, 30, 20, 4, 3);
    Image grey = image.inverted().withChannels(1);
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 3; x++) {
        double sum = 0;
        double area = 0;
        for (int i = 2; i <= 9; i++) { // rows 9/4 to 39/4, columns 7/4 to 27/4
          for (int j = 1; j <= 6; j++) {
            double down = Math.abs(i + 0.5 - (9 + (y + 0.5) * 30 / 4) / 4) / (30.0 / 4 / 4);
            double across = Math.abs(j + 0.5 - (7 + (x + 0.5) * 20 / 3) / 4) / (20.0 / 3 / 4);
            double inside =
                (Math.min(i + 1, 39 / 4.0) - Math.max(i, 9 / 4.0))
                    * (Math.min(j + 1, 27 / 4.0) - Math.max(j, 7 / 4.0));
            double weight = Math.max(0, 1 - down) * Math.max(0, 1 - across) * inside;
            sum += weight * grey.get(0, i, j);
            area += weight;
          }
        }
        assertThat((double) part.get(0, y, x)).isCloseTo(sum / area, within(0.5 + 1e-9));
      }
    }
    assertThatThrownBy(() -> quarter.resized(0, 0, 42, 1, 1, 1))
        .hasMessage(
            "image: cropped expects a rectangle within 33x41, got 1x42 from row 0, column 0");
  }

  /** 31 KB of PNG may be such a picture; it took gigabytes, or more than an array holds. */
  @Test
  @Timeout(60)
  void resized_onePixelWide_takesNoMoreThanItsPixels() {
    byte[] bytes = new byte[30_000_000];
    Arrays.fill(bytes, (byte) 77);
    for (int[] side : new int[][] {{30_000_000, 1}, {1, 30_000_000}}) {
      Image resized = Image.of(1, side[0], side[1], bytes).resized(96, 96);
      assertThat(resized.get(0, 0, 0)).isEqualTo(77);
      assertThat(resized.get(0, 95, 95)).isEqualTo(77);
    }
  }

  @Test
  void resized_noSize_errorNamesTheLimits() {
    assertThatThrownBy(() -> grey(1, 1, 0).resized(-3, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "image: resized expects a height and a width from 1 on, of 2,147,483,639 numbers at most together, got -3 x 5; choose another size");
  }
}

package io.fovea.rivals.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSetTest {
  @TempDir private Path folder;

  /** Two images of 3 channels and 1x2 pixels: 1 2, 3 4, 5 6 and 7 8, 9 10, 11 255. */
  @BeforeEach
  void write() throws IOException {
    Files.write(
        folder.resolve("train-images-idx4-ubyte"),
        bytes(
            0, 0, 8, 4, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9,
            10, 11, 255));
    Files.write(folder.resolve("train-labels-idx1-ubyte"), bytes(0, 0, 8, 1, 0, 0, 0, 2, 7, 9));
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  @Test
  void inputs_channelsFirst() throws IOException {
    ImageSet images = ImageSet.read(folder, ImageSet.Order.FIRST);
    float[] x = new float[12];
    images.inputs(new int[] {5, 1, 0}, 1, 2, x);
    assertThat(x)
        .containsExactly(
            7 / 255f, 8 / 255f, 9 / 255f, 10 / 255f, 11 / 255f, 1, 1 / 255f, 2 / 255f, 3 / 255f,
            4 / 255f, 5 / 255f, 6 / 255f);
  }

  @Test
  void pixels_channelsLast() throws IOException {
    ImageSet images = ImageSet.read(folder, ImageSet.Order.LAST);
    float[] pixels = new float[7];
    images.pixels(1, pixels, 1);
    assertThat(pixels).containsExactly(0, 7, 9, 11, 8, 10, 255);
    assertThat(images.label(1)).isEqualTo(9);
  }

  @Test
  void read_withoutImages() throws IOException {
    Files.delete(folder.resolve("train-images-idx4-ubyte"));
    assertThatThrownBy(() -> ImageSet.read(folder, ImageSet.Order.FIRST))
        .hasMessageEndingWith("holds no train-images*");
  }
}

package io.fovea.data.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.DataSets;
import io.fovea.data.Images;
import io.fovea.data.Pictures;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.ImageSize;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import io.fovea.dataset.FullSize;
import io.fovea.dataset.Image;
import io.fovea.preprocessing.ImageFraming;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Large photos are reduced while they are decoded: the same part of them, and in every path. */
class DecodingTargetTest {
  @TempDir Path folder;

  /** Waves of 75 columns and 94 rows, in three colours that differ. */
  private static byte[] waves(int width, int height) throws IOException {
    byte[] pixels = new byte[width * height * 3];
    for (int i = 0; i < pixels.length; i++) {
      int x = i / 3 % width;
      int y = i / 3 / width;
      pixels[i] = (byte) (128 + 60 * Math.sin(x / 12.0 + i % 3) + 60 * Math.sin(y / 15.0));
    }
    return Pictures.encode(Pixels.picture(Image.of(3, height, width, pixels)), "jpeg");
  }

  @ParameterizedTest
  @CsvSource({
    "896, 895, 224, 224, 1",
    "896, 896, 224, 224, 2",
    "3000, 4000, 224, 224, 4",
    "3583, 9000, 224, 224, 4",
    "3584, 3584, 224, 224, 8",
    "3000, 4000, 100, 300, 4"
  })
  void scale_leavesTwiceTheTargetsSides(int high, int wide, int height, int width, int scale) {
    ImageSize size = new ImageSize(width, height);
    for (Framing framing : List.of(Framing.CROP, Framing.STRETCH)) {
      assertThat(DecodingTarget.of(size, framing).scale(high, wide)).isEqualTo(scale);
    }
    assertThat(DecodingTarget.of(size, Framing.DIGIT).scale(high, wide)).isEqualTo(1);
    assertThat(DecodingTarget.of(Shape.of(8), Framing.CROP).scale(high, wide)).isEqualTo(1);
  }

  /**
   * A crop that begins at a whole decoded pixel would be up to 4 pixels beside this one, and up to
   * 20 grey levels; and sides that are no multiple of 8 begin within a pixel once they are turned.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void read_forAModel_isTheSamePartAsOfTheFullSize(int orientation) throws IOException {
    byte[] file = Pictures.oriented(waves(901, 603), orientation);
    Image full = Images.read(file, "photo");
    for (int side : new int[] {30, 70, 140, 160}) {
      for (Framing framing : List.of(Framing.CROP, Framing.STRETCH)) {
        Image reduced = Images.read(file, "photo", Shape.of(3, side, side), framing);
        FullSize size = reduced.fullSize();
        assertThat(size.scale()).isEqualTo(side == 30 ? 8 : side == 70 ? 4 : side == 140 ? 2 : 1);
        assertThat(size.height() + " " + size.width())
            .isEqualTo(full.height() + " " + full.width());
        byte[] expected = ImageFraming.of(full, side, side, framing).pixels();
        byte[] actual = ImageFraming.of(reduced, side, side, framing).pixels();
        IntSummaryStatistics difference =
            IntStream.range(0, expected.length)
                .map(i -> Math.abs((expected[i] & 0xff) - (actual[i] & 0xff)))
                .summaryStatistics();
        assertThat(difference.getMax()).as("to %d", side).isLessThan(size.scale() == 1 ? 1 : 5);
        assertThat(difference.getAverage()).as("to %d", side).isLessThan(0.9);
      }
    }
  }

  /** Of photos that are reduced, turned and grey, in memory and streamed. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void read_forAModel_givesTheNumbersOfTraining(int channels) throws IOException {
    byte[] file = waves(645, 483);
    for (String name : List.of("a/0.jpg", "a/1.jpg", "b/0.jpg", "b/1.jpg")) {
      Files.createDirectories(folder.resolve(name).resolveSibling(""));
      Files.write(folder.resolve(name), name.endsWith("1.jpg") ? Pictures.oriented(file, 6) : file);
    }
    Shape shape = Shape.of(channels, 50, 40);
    for (Framing framing : List.of(Framing.CROP, Framing.STRETCH)) {
      Preprocessing model =
          Preprocessing.unit(channels, Preprocessing.Background.MIXED).withFraming(framing);
      for (long memory : new long[] {1_000_000, 100}) {
        DataOptions options =
            DataOptions.standard().withImageSize(new ImageSize(40, 50)).withFraming(framing);
        options = options.withMemory(memory).withChannels(channels);
        Dataset set = DataSets.open(folder.toString(), options).train();
        assertThat(set.isSlow()).isEqualTo(memory == 100);
        for (int i = 0; i < set.size(); i++) {
          Image read = Images.read(folder.resolve(set.origin(i)), shape, framing);
          assertThat(read.fullSize().scale()).isEqualTo(4);
          assertThat(set.image(i).pixels()).isEqualTo(model.fit(read, shape).pixels());
        }
      }
    }
  }

  @Test
  void reducedFrom_anotherSize_isRefused() {
    Image image = Image.of(1, 2, 3, new byte[6]);
    assertThatThrownBy(() -> image.reducedFrom(new FullSize(4, 0, 0, 8, 8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "image: 3x2 pixels do not fit FullSize[scale=4, top=0, left=0, height=8, width=8]");
  }
}

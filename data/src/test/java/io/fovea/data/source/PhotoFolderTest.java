package io.fovea.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.Bytes;
import io.fovea.data.Pictures;
import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.ImageSize;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Photos as they are: of all sizes, some broken, more than memory holds. */
class PhotoFolderTest extends FolderFixture {
  private void damage(String... names) throws IOException {
    byte[] whole = Files.readAllBytes(folder.resolve("a/00.png"));
    for (String name : names) {
      Files.write(folder.resolve(name), Arrays.copyOf(whole, 45));
    }
  }

  @Test
  void open_severalDamagedFiles_listsAllAtOnce() throws IOException {
    for (int i = 0; i < 50; i++) {
      grey("a/%02d.png".formatted(i), 1);
      grey("b/%02d.png".formatted(i), 1);
    }
    damage("a/30.png", "b/05.png", "b/40.png");
    for (long memory : new long[] {1_000_000, 10}) {
      List<String> lines = new ArrayList<>();
      DataOptions options = DataOptions.standard().withMemory(memory).withReporter(lines::add);
      assertThatThrownBy(() -> open(options))
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith(
              "images "
                  + folder.getFileName()
                  + ": 3 of 100 files cannot be used, the first because image a/30.png: cannot be decoded")
          .hasMessageEndingWith("; repair or remove all of them, or go on without them");
      assertThat(lines)
          .filteredOn(line -> line.startsWith("image "))
          .extracting(line -> line.substring(0, 32))
          .containsExactly(
              "image a/30.png: cannot be decode",
              "image b/05.png: cannot be decode",
              "image b/40.png: cannot be decode");
      DataSplit split = open(options.withSkipBroken(true));
      assertThat(split.train().size() + split.test().size()).isEqualTo(97);
      assertThat(lines.getLast())
          .isEqualTo(folder.getFileName() + ": 3 of 100 files cannot be used and are skipped");
    }
  }

  @Test
  void open_moreDamagedFilesThanALineEach_countsTheRest() throws IOException {
    for (int i = 0; i < 30; i++) {
      grey("a/%02d.png".formatted(i), 1);
      grey("b/%02d.png".formatted(i), 1);
    }
    for (int i = 0; i < 30; i++) {
      damage("b/%02d.png".formatted(i));
    }
    List<String> lines = new ArrayList<>();
    DataOptions options = DataOptions.standard().withReporter(lines::add);
    assertThatThrownBy(() -> open(options)).hasMessageContaining(": 30 of 60 files cannot be used");
    assertThat(lines).hasSize(21).last().isEqualTo("and 10 more");
    assertThatThrownBy(() -> open(options.withSkipBroken(true)))
        .hasMessage(
            "images "
                + folder.getFileName()
                + ": no file of class b can be used; repair them, or remove the class");
  }

  @Test
  void open_skippedFiles_leaveTheBorderOfTheParts() throws IOException {
    for (String part : List.of("train", "test")) {
      for (int i = 0; i < 4; i++) {
        grey(part + "/a/%02d.png".formatted(i), 10 + i);
        grey(part + "/b/%02d.png".formatted(i), 20 + i);
      }
    }
    Files.write(folder.resolve("train/a/01.png"), new byte[] {1});
    Files.write(folder.resolve("test/b/02.png"), new byte[] {1});
    DataSplit split = open(DataOptions.standard().withSkipBroken(true));
    assertThat(origins(split.train())).hasSize(7).allMatch(origin -> origin.startsWith("train/"));
    assertThat(origins(split.test())).hasSize(7).allMatch(origin -> origin.startsWith("test/"));
    assertThat(Bytes.pixels(split.train(), 1)).containsOnly(12);
    assertThat(Bytes.pixels(split.test(), 6)).containsOnly(23);
  }

  @Test
  void open_moreThanTheMemory_streamsTheSamePixels() throws IOException {
    for (int i = 0; i < 6; i++) {
      BufferedImage noise = Pictures.noise(9 + i, 7, BufferedImage.TYPE_3BYTE_BGR);
      Pictures.write(folder.resolve("a/" + i + ".png"), noise, "png");
      grey("b/" + i + ".png", 40 + i);
    }
    List<String> lines = new ArrayList<>();
    DataSplit held = open();
    DataSplit streamed = open(DataOptions.standard().withMemory(100).withReporter(lines::add));
    assertThat(held.train().isSlow()).isFalse();
    assertThat(streamed.train().isSlow()).isTrue();
    assertThat(lines.getLast()).contains(": 12 images are 0 MB decoded, more than the 0 MB kept");
    assertThat(origins(streamed.train())).isEqualTo(origins(held.train()));
    for (int i = 0; i < held.train().size(); i++) {
      assertThat(Bytes.pixels(streamed.train(), i)).isEqualTo(Bytes.pixels(held.train(), i));
      assertThat(streamed.train().label(i)).isEqualTo(held.train().label(i));
    }
    Files.delete(folder.resolve(streamed.train().origin(0)));
    assertThatThrownBy(() -> Bytes.pixels(streamed.train(), 0))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot be read: there is no such file");
  }

  /** The colour around augmented images is asked for by each layer, fold and run. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void backgroundColour_streamed_decodesEachFileOnce(int channels) throws IOException {
    for (int i = 0; i < 12; i++) {
      int type = channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR;
      String name = (i % 2 == 0 ? "a/" : "b/") + i + ".png";
      Pictures.write(folder.resolve(name), Pictures.noise(9 + i, 7, type), "png");
    }
    Dataset held = open().train();
    Dataset streamed = open(DataOptions.standard().withMemory(100)).train();
    assertThat(streamed.isSlow()).isTrue();
    float[] colour = Preprocessing.backgroundColour(held);
    assertThat(colour).hasSize(channels);
    assertThat(colour[0]).isBetween(64f, 191f);
    assertThat(Preprocessing.backgroundColour(streamed)).isEqualTo(colour);
    for (int i = 0; i < streamed.size(); i++) {
      Files.delete(folder.resolve(streamed.origin(i)));
    }
    assertThat(Preprocessing.backgroundColour(streamed)).isEqualTo(colour);
    int[] fold = {4, 1, 2};
    assertThat(Preprocessing.backgroundColour(streamed.select(fold, "fold")))
        .isEqualTo(Preprocessing.backgroundColour(held.select(fold, "fold")))
        .isNotEqualTo(colour);
  }

  @Test
  void open_picturesOfOneLargeSize_areScaledWithTheirAspect() throws IOException {
    for (String name : List.of("a/1.png", "a/2.png", "b/1.png")) {
      colour(name, 640, 480, Color.RED);
    }
    List<String> lines = new ArrayList<>();
    DataSplit split = open(DataOptions.standard().withReporter(lines::add));
    assertThat(split.train().shape()).isEqualTo(Shape.of(3, 168, 224));
    assertThat(lines)
        .containsExactly(
            folder.getFileName()
                + ": images of 640x480 are scaled to 224x168; --image-size WxH sets another size");
  }

  @Test
  void open_picturesOfManySizes_becomeSquaresOfTheirMiddle() throws IOException {
    colour("a/1.png", 764, 518, Color.RED);
    colour("a/2.png", 300, 400, Color.RED);
    colour("b/1.png", 60, 50, Color.RED);
    List<String> lines = new ArrayList<>();
    DataSplit split = open(DataOptions.standard().withReporter(lines::add));
    assertThat(split.train().shape()).isEqualTo(Shape.of(3, 224, 224));
    assertThat(lines)
        .containsExactly(
            folder.getFileName()
                + ": images of different sizes, 60x50 to 764x518, become 224x224 (resized, centre crop); --image-size WxH sets another size");
    BufferedImage wide = new BufferedImage(60, 20, BufferedImage.TYPE_3BYTE_BGR);
    for (int x = 20; x < 40; x++) {
      for (int y = 0; y < 20; y++) {
        wide.setRGB(x, y, 0xffffff);
      }
    }
    Pictures.write(folder.resolve("a/1.png"), wide, "png");
    Dataset cropped = open(DataOptions.standard().withImageSize(new ImageSize(10, 10))).train();
    assertThat(cropped.framing()).isEqualTo(Framing.CROP);
    assertThat(Bytes.pixels(cropped, 0)).containsOnly(255);
  }

  @Test
  void open_channels_turnGreyIntoColour() throws IOException {
    grey("a/1.png", 7);
    grey("a/2.png", 7);
    grey("b/1.png", 7);
    assertThat(open(DataOptions.standard().withChannels(3)).train().shape())
        .isEqualTo(Shape.of(3, 3, 4));
    assertThatThrownBy(() -> DataOptions.standard().withChannels(4))
        .hasMessage("data: images have 1 channel (grey) or 3 (colour), got 4; give one of these");
  }
}

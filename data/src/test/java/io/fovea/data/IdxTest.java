package io.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.base.DataException;
import io.fovea.data.source.IdxFile;
import io.fovea.dataset.Dataset;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
  @TempDir Path folder;
  private Path images;
  private Path labels;

  @BeforeEach
  void files() {
    images = folder.resolve("train-images-idx3-ubyte");
    labels = folder.resolve("train-labels-idx1-ubyte");
  }

  private void given(byte[] imageBytes, byte[] labelBytes) throws IOException {
    Files.write(images, imageBytes);
    Files.write(labels, labelBytes);
  }

  private void assertFails(String message) {
    assertThatThrownBy(() -> Idx.read(images, labels))
        .isInstanceOf(DataException.class)
        .hasMessage(message);
  }

  @Test
  void read_plainFiles_givesPixelsAndLabels() throws IOException {
    given(Bytes.images(3, 2, 4), Bytes.labels(7, 0, 9));
    Dataset dataset = Idx.read("digits", images, labels, IdxFile.DIGITS);
    assertThat(dataset.name()).isEqualTo("digits");
    assertThat(dataset.size()).isEqualTo(3);
    assertThat(dataset.shape()).isEqualTo(Shape.of(1, 2, 4));
    assertThat(dataset.classes()).hasSize(10).startsWith("0").endsWith("9");
    assertThat(new int[] {dataset.label(0), dataset.label(1), dataset.label(2)})
        .containsExactly(7, 0, 9);
    float[] pixels = new float[10];
    dataset.pixels(1, pixels, 1);
    assertThat(pixels).containsExactly(0, 8, 9, 10, 11, 12, 13, 14, 15, 0);
    assertThat(dataset.origin(2)).isEqualTo("digits #2");
  }

  @Test
  void read_pixelAbove127_isUnsigned() throws IOException {
    byte[] bytes = Bytes.images(1, 1, 1);
    bytes[16] = (byte) 200;
    given(bytes, Bytes.labels(1));
    float[] pixel = new float[1];
    Idx.read(images, labels).pixels(0, pixel, 0);
    assertThat(pixel).containsExactly(200);
  }

  @Test
  void read_gzipUnderPlainName_isDetectedByContent() throws IOException {
    given(Bytes.gzip(Bytes.images(3, 2, 4)), Bytes.gzip(Bytes.labels(7, 0, 9)));
    Dataset dataset = Idx.read(images, labels);
    float[] pixels = new float[8];
    dataset.pixels(2, pixels, 0);
    assertThat(pixels).containsExactly(16, 17, 18, 19, 20, 21, 22, 23);
    assertThat(dataset.label(0)).isEqualTo(7);
  }

  @Test
  void read_indexOutOfRange_throws() throws IOException {
    given(Bytes.images(1, 2, 2), Bytes.labels(0));
    Dataset dataset = Idx.read(images, labels);
    assertThatThrownBy(() -> dataset.pixels(1, new float[4], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> dataset.label(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> dataset.origin(1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void read_swappedFiles_errorSuggestsTheSwap() throws IOException {
    given(Bytes.labels(1, 2), Bytes.images(2, 2, 2));
    Files.write(images, Bytes.labels(new int[20]));
    assertFails(
        "idx "
            + images
            + ": expects magic number 0x00000803 (images), got 0x00000801 (labels); the image and"
            + " label files may be swapped");
    given(Bytes.images(2, 2, 2), Bytes.images(2, 2, 2));
    assertFails(
        "idx "
            + labels
            + ": expects magic number 0x00000801 (labels), got 0x00000803 (images); the image and"
            + " label files may be swapped");
  }

  @Test
  void read_otherFile_namesItsMagic() throws IOException {
    given("<!doctype html><title>404</title>".getBytes(StandardCharsets.UTF_8), Bytes.labels(1));
    assertFails(
        "idx "
            + images
            + ": expects magic number 0x00000803 (images), got 0x3c21646f; this is no IDX file of"
            + " unsigned bytes");
  }

  @Test
  void read_truncatedFile_errorNamesBothLengths() throws IOException {
    given(Arrays.copyOf(Bytes.images(3, 2, 4), 30), Bytes.labels(1, 2, 3));
    assertFails(
        "idx "
            + images
            + ": the header says 3 images of 2x4 (40 bytes), but the file has 30; it is truncated,"
            + " fetch it again");
    given(Bytes.images(3, 2, 4), Arrays.copyOf(Bytes.labels(1, 2, 3), 10));
    assertFails(
        "idx "
            + labels
            + ": the header says 3 labels (11 bytes), but the file has 10; it is truncated, fetch it"
            + " again");
  }

  @Test
  void read_oversizedFile_errorNamesTheExcess() throws IOException {
    given(Arrays.copyOf(Bytes.images(3, 2, 4), 47), Bytes.labels(1, 2, 3));
    assertFails(
        "idx "
            + images
            + ": the header says 3 images of 2x4 (40 bytes), but the file has 47; it is 7 bytes too"
            + " long, fetch it again");
  }

  @Test
  void read_emptyFile_errorNamesTheFile() throws IOException {
    given(new byte[0], Bytes.labels(1));
    assertFails(
        "idx "
            + images
            + ": ends in the header of images after 0 of 16 bytes; it is empty or truncated, fetch"
            + " it again");
  }

  @Test
  void read_missingFile_errorNamesTheFile() {
    assertFails("idx " + images + ": cannot be read: there is no such file");
  }

  @Test
  void read_truncatedGzip_errorNamesTheTruncation() throws IOException {
    byte[] gzip = Bytes.gzip(Bytes.images(50, 20, 20));
    given(Arrays.copyOf(gzip, gzip.length - 30), Bytes.labels(new int[50]));
    assertFails(
        "idx "
            + images
            + ": the gzip data is damaged (Unexpected end of ZLIB input stream); fetch it again");
    given(Bytes.gzip(Arrays.copyOf(Bytes.images(3, 2, 4), 33)), Bytes.labels(1, 2, 3));
    assertFails(
        "idx "
            + images
            + ": the header says 3 images of 2x4, but the data ends in image 2; it is truncated,"
            + " fetch it again");
    given(Bytes.images(3, 2, 4), Bytes.gzip(Arrays.copyOf(Bytes.labels(1, 2, 3), 10)));
    assertFails(
        "idx "
            + labels
            + ": the header says 3 labels, but the data ends in label 2; it is truncated, fetch it"
            + " again");
  }

  @Test
  void read_oversizedGzip_errorNamesTheExcess() throws IOException {
    given(Bytes.gzip(Arrays.copyOf(Bytes.images(3, 2, 4), 41)), Bytes.labels(1, 2, 3));
    assertFails(
        "idx "
            + images
            + ": the header says 3 images of 2x4, but the data goes on after them; it is too long,"
            + " fetch it again");
  }

  @Test
  void read_damagedGzip_errorNamesTheDamage() throws IOException {
    byte[] gzip = Bytes.gzip(Bytes.images(3, 20, 40));
    gzip[2] = 9;
    given(gzip, Bytes.labels(1, 2, 3));
    assertFails(
        "idx "
            + images
            + ": the gzip data is damaged (Unsupported compression method); fetch it again");
  }

  @Test
  void read_hugeCount_isRefusedBeforeAllocation() throws IOException {
    given(Bytes.header(0x803, 0x7fffffff, 28, 28), Bytes.labels(1));
    assertFails(
        "idx "
            + images
            + ": the header says 2147483647 images of 28x28 (1683627179264 bytes), but the file has"
            + " 16; it is truncated, fetch it again");
    byte[] gzip = Bytes.gzip(Bytes.header(0x803, 0x7fffffff, 28, 28));
    given(gzip, Bytes.labels(1));
    assertFails(
        "idx "
            + images
            + ": the header says 2147483647 images of 28x28 (1683627179264 bytes), more than "
            + gzip.length
            + " bytes of gzip can hold; it is damaged, fetch it again");
    given(Bytes.images(1, 1, 1), Bytes.header(0x801, 0x7fffffff));
    assertFails(
        "idx "
            + labels
            + ": the header says 2147483647 labels (2147483655 bytes), but the file has 8; it is"
            + " truncated, fetch it again");
  }

  @Test
  void read_countOfZeroOrTooMany_isRefused() throws IOException {
    given(Bytes.header(0x803, 0, 28, 28), Bytes.labels(1));
    assertFails("idx " + images + ": expects at least 1 and at most 2147483647 images, got 0");
    given(Bytes.header(0x803, -1, 28, 28), Bytes.labels(1));
    assertFails(
        "idx " + images + ": expects at least 1 and at most 2147483647 images, got 4294967295");
    given(Bytes.images(1, 1, 1), Bytes.header(0x801, 0));
    assertFails("idx " + labels + ": expects at least 1 and at most 2147483647 labels, got 0");
  }

  @Test
  void read_sidesOutOfRange_areRefused() throws IOException {
    given(Bytes.header(0x803, 5, 0, 28), Bytes.labels(1));
    assertFails("idx " + images + ": expects images of 1 to 65535 rows and columns, got 0x28");
    given(Bytes.header(0x803, 5, 28, 70_000), Bytes.labels(1));
    assertFails("idx " + images + ": expects images of 1 to 65535 rows and columns, got 28x70000");
    given(Bytes.header(0x803, 5, 65_535, 65_535), Bytes.labels(1));
    assertFails("idx " + images + ": an image of 65535x65535 is too large");
  }

  @Test
  void read_countsThatDisagree_areRefused() throws IOException {
    given(Bytes.images(3, 2, 4), Bytes.labels(1, 2));
    assertFails(
        "idx "
            + labels
            + ": has 2 labels, but "
            + images
            + " has 3 images; the two files do not belong together");
  }

  @Test
  void read_labelOutsideTheClasses_errorNamesThePosition() throws IOException {
    given(Bytes.images(3, 2, 4), Bytes.labels(1, 10, 2));
    assertFails(
        "idx "
            + labels
            + ": expects labels from 0 to 9, got 10 at position 1; for more classes put their names"
            + " into a file classes.txt beside it, one a line");
  }

  @Test
  void read_colour_isChannelsLast() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(20 + 6).put(Bytes.header(0x804, 1, 1, 2, 3));
    bytes.put(new byte[] {1, 2, 3, 4, 5, 6});
    given(bytes.array(), Bytes.labels(4));
    Dataset dataset = Idx.read(images, labels);
    float[] pixels = new float[6];
    dataset.pixels(0, pixels, 0);
    assertThat(dataset.shape()).isEqualTo(Shape.of(3, 1, 2));
    assertThat(pixels).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void read_fourChannels_areRefused() throws IOException {
    given(Bytes.header(0x804, 1, 1, 2, 4), Bytes.labels(4));
    assertFails("idx " + images + ": expects 1 (grey) or 3 (colour) channels, got 4");
  }

  @Test
  void write_thenRead_givesTheSame() throws IOException {
    for (int channels : new int[] {1, 3}) {
      Dataset dataset =
          Bytes.dataset("pictures", Shape.of(channels, 3, 2), List.of("a", "b", "c"), 7);
      Idx.write(dataset, images, labels);
      Dataset again = Idx.read("again", images, labels, dataset.classes());
      assertThat(again.shape()).isEqualTo(dataset.shape());
      for (int i = 0; i < 7; i++) {
        assertThat(Bytes.pixels(again, i)).isEqualTo(Bytes.pixels(dataset, i));
        assertThat(again.label(i)).isEqualTo(dataset.label(i));
      }
    }
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(images, labels);
    }
  }

  @Test
  void write_folderThatIsAFile_errorNamesTheFile() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    Dataset dataset = Bytes.dataset("pictures", Shape.of(1, 1, 1), List.of("a", "b"), 2);
    assertThatThrownBy(() -> Idx.write(dataset, file.resolve("images"), labels))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("idx " + file.resolve("images") + ": cannot be written: ");
  }
}

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** What a file has: its kind with numbers, then perhaps a change of the bytes. */
  private static byte[] content(String text) throws IOException {
    byte[] bytes = {};
    for (String part : text.split(", ", -1)) {
      String[] words = part.split(" ", -1);
      int[] numbers = Arrays.stream(words).skip(1).mapToInt(Integer::decode).toArray();
      switch (words[0]) {
        case "images" -> bytes = Bytes.images(numbers[0], numbers[1], numbers[2]);
        case "labels" -> bytes = Bytes.labels(numbers);
        case "header" -> bytes = Bytes.header(numbers);
        case "gzip" -> bytes = Bytes.gzip(bytes);
        case "length" -> bytes = Arrays.copyOf(bytes, numbers[0]);
        case "shorter" -> bytes = Arrays.copyOf(bytes, bytes.length - numbers[0]);
        case "byte" -> bytes[numbers[0]] = (byte) numbers[1];
        default -> bytes = part.getBytes(StandardCharsets.UTF_8);
      }
    }
    return bytes;
  }

  /** The file of images, that of labels, and what is said of which of them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          labels 0 0 0 0 0 0 0 0 0 0 0 0 | images 2 2 2 | IMAGES: expects magic number 0x00000803 (images), got 0x00000801 (labels); the image and label files may be swapped
          images 2 2 2 | images 2 2 2 | LABELS: expects magic number 0x00000801 (labels), got 0x00000803 (images); the image and label files may be swapped
          <html><title>404</title></html> | labels 1 | IMAGES: expects magic number 0x00000803 (images), got 0x3c68746d; this is no IDX file of unsigned bytes
          images 3 2 4, length 30 | labels 1 2 3 | IMAGES: the header says 3 images of 2x4 (40 bytes), but the file has 30; it is truncated, fetch it again
          images 3 2 4 | labels 1 2 3, length 10 | LABELS: the header says 3 labels (11 bytes), but the file has 10; it is truncated, fetch it again
          images 3 2 4, length 47 | labels 1 2 3 | IMAGES: the header says 3 images of 2x4 (40 bytes), but the file has 47; it is 7 bytes too long, fetch it again
          labels, length 0 | labels 1 | IMAGES: ends in the header of images after 0 of 16 bytes; it is empty or truncated, fetch it again
          none | labels 1 | IMAGES: cannot be read: there is no such file
          images 50 20 20, gzip, shorter 30 | labels 1 | IMAGES: the gzip data is damaged (Unexpected end of ZLIB input stream); fetch it again
          images 3 2 4, length 33, gzip | labels 1 2 3 | IMAGES: the header says 3 images of 2x4, but the data ends in image 2; it is truncated, fetch it again
          images 3 2 4 | labels 1 2 3, length 10, gzip | LABELS: the header says 3 labels, but the data ends in label 2; it is truncated, fetch it again
          images 3 2 4, length 41, gzip | labels 1 2 3 | IMAGES: the header says 3 images of 2x4, but the data goes on after them; it is too long, fetch it again
          images 3 20 40, gzip, byte 2 9 | labels 1 2 3 | IMAGES: the gzip data is damaged (Unsupported compression method); fetch it again
          header 0x803 0x7fffffff 28 28 | labels 1 | IMAGES: the header says 2147483647 images of 28x28 (1683627179264 bytes), but the file has 16; it is truncated, fetch it again
          header 0x803 0x7fffffff 28 28, gzip | labels 1 | IMAGES: the header says 2147483647 images of 28x28 (1683627179264 bytes), more than SIZE bytes of gzip can hold; it is damaged, fetch it again
          images 1 1 1 | header 0x801 0x7fffffff | LABELS: the header says 2147483647 labels (2147483655 bytes), but the file has 8; it is truncated, fetch it again
          header 0x803 0 28 28 | labels 1 | IMAGES: expects at least 1 and at most 2147483647 images, got 0
          header 0x803 -1 28 28 | labels 1 | IMAGES: expects at least 1 and at most 2147483647 images, got 4294967295
          images 1 1 1 | header 0x801 0 | LABELS: expects at least 1 and at most 2147483647 labels, got 0
          header 0x803 5 0 28 | labels 1 | IMAGES: expects images of 1 to 65535 rows and columns, got 0x28
          header 0x803 5 28 70000 | labels 1 | IMAGES: expects images of 1 to 65535 rows and columns, got 28x70000
          header 0x803 5 65535 65535 | labels 1 | IMAGES: an image of 65535x65535 is too large
          images 3 2 4 | labels 1 2 | LABELS: has 2 labels, but IMAGES has 3 images; the two files do not belong together
          images 3 2 4 | labels 1 10 2 | LABELS: expects labels from 0 to 9, got 10 at position 1; for more classes put their names into a file classes.txt beside it, one a line
          header 0x804 1 1 2 4 | labels 4 | IMAGES: expects 1 (grey) or 3 (colour) channels, got 4
          """)
  void read_filesThatCannotBe_areRefused(String first, String second, String message)
      throws IOException {
    given(content(first), content(second));
    String size = Long.toString(Files.size(images));
    if (first.equals("none")) {
      Files.delete(images);
    }
    assertThatThrownBy(() -> Idx.read(images, labels))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "idx "
                + message
                    .replace("IMAGES", images.toString())
                    .replace("LABELS", labels.toString())
                    .replace("SIZE", size));
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

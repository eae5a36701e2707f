package io.fovea.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.Bytes;
import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.ImageSize;
import io.fovea.dataset.Dataset;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdxFolderTest extends FolderFixture {
  private void write(String name, byte[] bytes) throws IOException {
    Files.write(folder.resolve(name), bytes);
  }

  private static int[] rounds(int count) {
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % 10;
    }
    return labels;
  }

  @Test
  void open_fourFiles_givesBothParts() throws IOException {
    write("train-images-idx3-ubyte", Bytes.images(20, 3, 3));
    write("train-labels-idx1-ubyte.gz", Bytes.gzip(Bytes.labels(rounds(20))));
    write("t10k-images.idx3-ubyte", Bytes.images(10, 3, 3));
    write("t10k-labels.idx1-ubyte", Bytes.labels(rounds(10)));
    DataSplit split = open();
    String name = folder.getFileName().toString();
    assertThat(split.name()).isEqualTo(name);
    assertThat(split.train().name()).isEqualTo(name + " train");
    assertThat(split.train().size()).isEqualTo(20);
    assertThat(split.test().size()).isEqualTo(10);
    assertThat(split.note()).isEmpty();
  }

  @Test
  void open_withoutTestFiles_holdsOneTenthOfEachClassOut() throws IOException {
    write("train-images-idx3-ubyte", Bytes.images(200, 3, 3));
    write("train-labels-idx1-ubyte", Bytes.labels(rounds(200)));
    DataSplit split = open();
    assertThat(split.note())
        .isEqualTo(
            "no test set of its own: one tenth held out as test set (20 of 200 images, seed 42)");
    assertThat(split.train().size()).isEqualTo(180);
    assertThat(split.test().size()).isEqualTo(20);
    assertThat(labels(split.test()))
        .containsExactlyInAnyOrder(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9);
    Set<String> origins = new HashSet<>(origins(split.train()));
    origins.addAll(origins(split.test()));
    assertThat(origins).hasSize(200);
  }

  @Test
  void open_classNames_areReadFromTheirFile() throws IOException {
    write("train-images-idx3-ubyte", Bytes.images(6, 3, 3));
    write("train-labels-idx1-ubyte", Bytes.labels(0, 1, 2, 0, 1, 2));
    Files.writeString(folder.resolve("classes.txt"), "cat\ndog\n\nfox \n");
    assertThat(open().train().classes()).containsExactly("cat", "dog", "fox");
    Files.writeString(folder.resolve("classes.txt"), "\uFEFFcat\r\ndog\r\nfox");
    assertThat(open().train().classes()).containsExactly("cat", "dog", "fox");
    Files.writeString(folder.resolve("classes.txt"), "cat\ncat\n");
    assertThatThrownBy(() -> open())
        .hasMessage(
            folder.resolve("classes.txt")
                + ": expects 2 to 256 different names of classes, one a line, got 2 lines (1"
                + " different)");
  }

  @Test
  void open_labelsMissing_namesTheFile() throws IOException {
    write("train-images-idx3-ubyte", Bytes.images(6, 3, 3));
    assertThatThrownBy(() -> open())
        .isInstanceOf(DataException.class)
        .hasMessage(
            "idx "
                + folder
                + ": expects a file train-labels-idx1-ubyte (or .gz) beside the others, found none");
  }

  @Test
  void open_shapesDiffer_failsUnlessOneSizeIsGiven() throws IOException {
    write("train-images-idx3-ubyte", Bytes.images(2, 3, 3));
    write("train-labels-idx1-ubyte", Bytes.labels(0, 1));
    write("t10k-images-idx3-ubyte", Bytes.images(2, 4, 3));
    write("t10k-labels-idx1-ubyte", Bytes.labels(0, 1));
    assertThatThrownBy(() -> open())
        .hasMessage(
            folder.getFileName()
                + ": the training images are 1x3x3, the test images 1x4x3 (channels x rows x"
                + " columns); give one image size, or make both grey");
    DataSplit split = open(DataOptions.standard().withImageSize(new ImageSize(5, 6)));
    assertThat(split.train().shape()).isEqualTo(Shape.of(1, 6, 5));
    assertThat(split.test().shape()).isEqualTo(Shape.of(1, 6, 5));
  }

  private static int[] labels(Dataset dataset) {
    int[] labels = new int[dataset.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = dataset.label(i);
    }
    return labels;
  }

  @Test
  void open_classNamesThatAreNoUtf8_errorNamesTheFile() throws IOException {
    write("train-images-idx3-ubyte", Bytes.images(6, 3, 3));
    write("train-labels-idx1-ubyte", Bytes.labels(0, 1, 2, 0, 1, 2));
    Path names = folder.resolve("classes.txt");
    Files.write(names, new byte[] {'c', (byte) 0xe9, '\n'});
    assertThatThrownBy(() -> open())
        .hasMessage(names + ": cannot be read: it is not text in UTF-8; save it as UTF-8");
  }
}

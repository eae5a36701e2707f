package io.fovea.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.Bytes;
import io.fovea.data.DataSets;
import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Image;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {
  @TempDir Path folder;

  @BeforeEach
  void pictures() throws IOException {
    Files.createDirectories(folder.resolve("pictures"));
    for (int i = 0; i < 6; i++) {
      byte[] pixels = new byte[12];
      Arrays.fill(pixels, (byte) (10 * i));
      Images.write(Image.of(1, 3, 4, pixels), folder.resolve("pictures/" + i + ".png"));
    }
    Files.copy(folder.resolve("pictures/0.png"), folder.resolve("a \"b\", c.png"));
  }

  private DataSplit open(String csv) throws IOException {
    return open(csv, DataOptions.standard());
  }

  private DataSplit open(String csv, DataOptions options) throws IOException {
    Path file = folder.resolve("list.csv");
    Files.writeString(file, csv);
    return DataSets.open(file.toString(), options);
  }

  private void assertFails(String csv, String message) {
    assertThatThrownBy(() -> open(csv))
        .isInstanceOf(DataException.class)
        .hasMessage("manifest " + folder.resolve("list.csv") + message);
  }

  @Test
  void open_withSplit_givesBothPartsInOrder() throws IOException {
    DataSplit split =
        open(
            """
            pictures/3.png,dog,train
            pictures/0.png,cat,train
            pictures/1.png,cat,test
            pictures/4.png,dog,TEST
            """);
    assertThat(split.name()).isEqualTo("list");
    assertThat(split.train().classes()).containsExactly("cat", "dog");
    assertThat(FolderFixture.origins(split.train()))
        .containsExactly("pictures/3.png", "pictures/0.png");
    assertThat(FolderFixture.origins(split.test()))
        .containsExactly("pictures/1.png", "pictures/4.png");
    assertThat(split.train().label(0)).isEqualTo(1);
    assertThat(Bytes.pixels(split.test(), 1)).containsOnly(40);
    assertThat(split.note()).isEmpty();
  }

  @Test
  void open_headerInAnyOrder_quotesMarksAndEmptyLines_areRead() throws IOException {
    DataSplit split =
        open(
            "\uFEFFLabel,width,File\r\n"
                + "\"cat, black\",4,\"a \"\"b\"\", c.png\"\r\n"
                + "\r\n"
                + "\"cat, black\" , 4 , pictures/1.png \r\n"
                + "dog,4,pictures/2.png\r\n"
                + "dog,4,"
                + folder.resolve("pictures/3.png").toAbsolutePath());
    assertThat(split.train().classes()).containsExactly("cat, black", "dog");
    List<String> all = new ArrayList<>(FolderFixture.origins(split.train()));
    all.addAll(FolderFixture.origins(split.test()));
    assertThat(all).hasSize(4).contains("a \"b\", c.png", "pictures/1.png");
    assertThat(split.note()).contains("one tenth held out as test set (2 of 4 images, seed 42)");
  }

  /** Lines, with an & between them, and what is said of them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          '' | : expects a line file,label or file,label,split for each image, got none
          file,label | : expects lines below its first one, which names columns, got none
          file,width & pictures/0.png,4 | , line 1: expects columns named file and label, and perhaps split, got "file,width"; add the column label
          pictures/0.png,cat && pictures/1.png | , line 3: expects file,label or file,label,split, got "pictures/1.png"; add the label
          pictures/0.png;cat & pictures/1.png;dog | , line 1: expects file,label or file,label,split, got "pictures/0.png;cat"; separate the fields by commas
          pictures/0.png,cat & ,dog | , line 2: expects file,label or file,label,split, got an empty file; fill it in, or remove the line
          pictures/0.png,cat & "pictures/1.png,dog | , line 2: a quoted field has no end; close it with ", and write " in it as ""
          pictures/0.png,cat,train & pictures/1.png,dog,val | , line 2: split: expects train or test, got "val"; images to validate by are train images, of which a training takes a share
          picture,kind & pictures/0.png,cat | , line 1: there is no file "picture"; if the line names the columns, call them file, label and perhaps split
          pictures/0.png,cat;dog & pictures/1.png,dog;cat;dog | , line 2: label: expects names with ; between them, each once, got "dog;cat;dog"; remove one "dog"
          pictures/0.png,cat;dog; | , line 1: label: expects names with ; between them, each once, got "cat;dog;"; remove the ; too many
          pictures/0.png,cat;dog,train & pictures/1.png,cat;bird,test | : expects train images of every class, got none of bird; add some
          pictures/0.png,cat & pictures/1.png, | , line 2: expects file,label or file,label,split, got an empty label; fill it in, or remove the line
          pictures/0.png,cat & pictures/1.png,cat | : expects at least two classes, got only "cat"; check the column label
          pictures/0.png,cat,train & pictures/1.png,dog,test | : expects train images of every class, got none of dog; add some
          """)
  void open_linesThatAreWrong_areNamed(String lines, String message) {
    assertFails(lines.replaceAll(" ?& ?", "\n"), message);
  }

  @Test
  void open_noUtf8_isNamed() throws IOException {
    Path file = folder.resolve("latin.csv");
    Files.write(file, "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> DataSets.open(file.toString(), DataOptions.standard()))
        .hasMessageEndingWith(": expects text in UTF-8, got other bytes; save it as UTF-8");
  }

  @Test
  void open_labelsWithSemicolons_areSeveralAnImage() throws IOException {
    DataSplit split =
        open(
            """
            pictures/3.png,dog;cat,train
            pictures/0.png,cat,train
            pictures/1.png,,train
            pictures/4.png,bird; dog,train
            pictures/2.png,bird,test
            """);
    Dataset train = split.train();
    assertThat(train.classes()).containsExactly("bird", "cat", "dog");
    assertThat(train.isMultiLabel()).isTrue();
    assertThat(split.test().isMultiLabel()).isTrue();
    float[] shares = new float[12];
    for (int i = 0; i < 4; i++) {
      train.shares(i, shares, 3 * i);
    }
    assertThat(shares).containsExactly(0, 1, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1);
    assertThat(IntStream.range(0, 4).map(train::label)).containsExactly(2, 1, 0, 0);
    assertThat(
            open("pictures/3.png,dog,train\npictures/0.png,cat,train\npictures/1.png,cat,test\n")
                .train()
                .isMultiLabel())
        .isFalse();
  }

  @Test
  void open_listThatIsNotThere_isNamed() {
    String none = folder.resolve("none.csv").toString();
    assertThatThrownBy(() -> DataSets.open(none, DataOptions.standard()))
        .hasMessage(
            "data: there is no file "
                + none
                + "; give a CSV file with a line file,label for each image");
  }

  @Test
  void open_missingFiles_areListedAndCanBeSkipped() throws IOException {
    String csv =
        """
        pictures/0.png,cat
        pictures/7.png,cat
        pictures/1.png,cat
        pictures/2.png,dog
        pictures/8.png,dog
        pictures/3.png,dog
        """;
    List<String> lines = new ArrayList<>();
    DataOptions options = DataOptions.standard().withReporter(lines::add);
    String list = "manifest " + folder.resolve("list.csv") + ", line ";
    String missing = ".png: cannot be read: there is no such file; check the path";
    assertThatThrownBy(() -> open(csv, options))
        .hasMessage(
            "images list: 2 of 6 files cannot be used, the first because %s2: image pictures/7%s; repair or remove all of them, or go on without them",
            list, missing);
    assertThat(lines)
        .containsExactly(
            list + "2: image pictures/7" + missing, list + "5: image pictures/8" + missing);
    DataSplit split = open(csv, options.withSkipBroken(true));
    assertThat(split.train().size() + split.test().size()).isEqualTo(4);
  }
}

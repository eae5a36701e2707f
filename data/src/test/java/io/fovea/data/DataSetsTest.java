package io.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.ImageSize;
import io.fovea.data.fetch.NamedSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataSetsTest {
  private static final String NAMES = "mnist, fashion-mnist, cifar-10, cifar-100";

  @TempDir Path folder;

  @Test
  void open_parquet_errorNamesTheCommand() throws IOException {
    Path train = Files.createDirectory(folder.resolve("train"));
    Files.createFile(train.resolve("part-0.snappy.parquet"));
    for (Path place : new Path[] {folder, train}) {
      assertThatThrownBy(() -> DataSets.open(place.toString(), DataOptions.standard()))
          .isInstanceOf(DataException.class)
          .hasMessage(
              "data: %s holds parquet, which Spark reads; train on it on Spark".formatted(train))
          .extracting(refused -> ((DataException) refused).known())
          .isEqualTo(Optional.of(DataException.Cure.CLUSTER));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mnits | expects the name of a set (NAMES) or a folder, got "mnits", which does not exist; did you mean "mnist"?
          FILE  | expects the name of a set (NAMES) or a folder, got "FILE", a file; name the folder that holds it
          ''    | expects the name of a set (NAMES) or a folder, got an empty text
          a\0b  | "a\\u0000b" is no path: Nul character not allowed
          """)
  void open_whatIsNoData_errorNamesWhatIsExpected(String name, String message) throws IOException {
    String file = Files.writeString(folder.resolve("train-images-idx3-ubyte"), "").toString();
    assertThatThrownBy(() -> DataSets.open(name.replace("FILE", file), DataOptions.standard()))
        .isInstanceOf(DataException.class)
        .hasMessage("data: " + message.replace("NAMES", NAMES).replace("FILE", file));
  }

  @Test
  void fetch_unknownNameOrFolder_errorNamesIt() {
    assertThatThrownBy(() -> DataSets.fetch("cifar", DataOptions.standard()))
        .hasMessage("data: no named set \"cifar\"; expected are " + NAMES);
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> DataSets.open("mnist", DataOptions.standard().withDataDir(missing)))
        .hasMessage(
            "mnist: the data folder must be a folder, got " + missing + "; name another one");
  }

  @Test
  void named_listsEverySet() {
    assertThat(DataSets.named())
        .extracting("name")
        .containsExactlyElementsOf(List.of(NAMES.split(", ", -1)));
    assertThat(NamedSet.FASHION_MNIST.classes()).hasSize(10).endsWith("Ankle boot");
  }

  @Test
  void parse_imageSize_isWidthThenHeight() {
    assertThat(ImageSize.parse("64x48")).isEqualTo(new ImageSize(64, 48)).hasToString("64x48");
    assertThatThrownBy(() -> ImageSize.parse("64"))
        .hasMessage("image size: expects WIDTHxHEIGHT such as 64x48, got \"64\"");
    assertThatThrownBy(() -> ImageSize.parse("0x48"))
        .hasMessage("image size: expects width and height from 1 to 4096, got 0x48");
  }
}

package io.fovea.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunConfigTest {
  @TempDir Path folder;

  @Test
  void create_writesAFileThatIsReadAsItWas() throws IOException {
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("lr", "0.1");
    flags.put("model", "a \"b\"");
    RunConfig config =
        new RunConfig("1.0", "train", "/here", "digits", flags, Map.of("master", "local"));
    RunFolder run = new RunFolder(folder.resolve("runs").resolve("one"));
    run.create(config);
    assertThat(run.file("config.json"))
        .hasContent(
            """
            {
              "fovea" : "1.0",
              "command" : "train",
              "startedIn" : "/here",
              "data" : "digits",
              "flags" : {
                "lr" : "0.1",
                "model" : "a \\"b\\""
              },
              "cluster" : {
                "master" : "local"
              }
            }
            """);
    assertThat(RunConfig.read(run.file(RunFolder.CONFIG))).isEqualTo(config);
    Files.writeString(run.file(RunFolder.CANDIDATES), "{}"); // a search that was killed
    assertThat(run.isBeginning()).isTrue();
    Files.writeString(run.file(RunFolder.BEST), "of another search");
    assertThat(run.isBeginning()).isFalse();
    Files.writeString(run.file(RunFolder.CANDIDATES), "{\"soFar\": \"frozen\"}");
    assertThat(run.isBeginning()).isTrue();
    run.create(config);
    assertThat(run.has(RunFolder.CANDIDATES) || run.has(RunFolder.BEST)).isFalse();
    Files.writeString(run.file(RunFolder.CHECKPOINT), "");
    assertThat(run.isBeginning()).isFalse();
  }

  /** The moment between the first model and the first checkpoint. */
  @Test
  void create_whereARunHasModelsOnly_replacesThoseOfItsFirstEpoch() throws IOException {
    RunFolder run = new RunFolder(folder.resolve("run"));
    RunConfig config = new RunConfig("1.0", "train", "/here", "digits", Map.of(), Map.of());
    run.create(config);
    Files.writeString(run.file(RunFolder.MODEL), "last");
    assertThat(run.isBeginning()).as("a model whose run is not known").isFalse();
    String epoch = "{\"epoch\":%d,\"step\":9,\"trainLoss\":1}\n";
    Files.writeString(run.file(RunFolder.METRICS), epoch.formatted(1) + epoch.formatted(2));
    assertThat(run.isBeginning()).as("a run whose checkpoint was deleted").isFalse();
    Files.writeString(run.file(RunFolder.METRICS), epoch.formatted(1));
    for (String end : new String[] {RunFolder.REPORT, RunFolder.CHECKPOINT}) {
      Files.writeString(run.file(end), "");
      assertThat(run.isBeginning()).as(end).isFalse();
      Files.delete(run.file(end));
    }
    Files.writeString(run.file(RunFolder.BEST), "best");
    assertThat(run.isBeginning()).isTrue();
    run.create(config);
    assertThat(run.has(RunFolder.MODEL) || run.has(RunFolder.BEST)).isFalse();

    Files.writeString(run.file(RunFolder.MODEL), "by another process meanwhile");
    assertThatThrownBy(() -> run.create(config)).isInstanceOf(FileAlreadyExistsException.class);
    assertThat(run.has(RunFolder.MODEL)).isTrue();
  }

  @Test
  void read_whatIsMissing_isEmpty() throws IOException {
    Path file = Files.writeString(folder.resolve("config.json"), "{\"flags\": {\"seed\": 7}}");
    RunConfig config = RunConfig.read(file);
    assertThat(config.flag("seed")).isEqualTo("7");
    assertThat(config.flag("lr")).isEmpty();
    assertThat(config.data()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|it is not a JSON object",
        "[]|it is not a JSON object",
        "{} {}|it is not a JSON object",
        "{|it is not JSON",
        "{\"data\": \"a\\u0000b\"}|it has a text with NUL or half a surrogate pair, which no name of a file has"
      })
  void read_damagedFiles_errorNamesTheFault(String text, String reason) throws IOException {
    Path file = Files.writeString(folder.resolve("config.json"), text);
    assertThatThrownBy(() -> RunConfig.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(reason);
  }

  @Test
  void read_moreThanAMegabyte_isRefused() throws IOException {
    Path file = Files.write(folder.resolve("config.json"), new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> RunConfig.read(file)).hasMessage("it has more than 1 MB");
  }
}

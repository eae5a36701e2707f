package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that was started with relative paths goes on from any folder. */
class ResumeElsewhereTest {
  @TempDir Path folder;
  private Path run = Path.of("");

  /** A run of one epoch, whose configuration asks for two and was written in another folder. */
  @BeforeEach
  void startInTheFolder() throws IOException {
    SmallData.idxFolder(folder.resolve("digits"), 64);
    Path model = folder.resolve("net.json");
    Files.writeString(
        model,
        "{\"nodes\": [{\"layer\": \"flatten\"}, {\"layer\": \"dense\", \"outputs\": \"classes\"}]}");
    run = folder.resolve("run");
    CommandRun first = start("first", "net.json");
    assertThat(first.exit()).as(first.err()).isZero();
    Path weights = folder.resolve("first/model.safetensors");
    CommandRun second = start("run", "net.json", "--init-from", weights.toString());
    assertThat(second.exit()).as(second.err()).isZero();
    assertThat(config()).contains("\"startedIn\" : \"" + Path.of("").toAbsolutePath() + "\"");
    replace(folder + "/", "");
    replace("\"startedIn\" : \"" + Path.of("").toAbsolutePath(), "\"startedIn\" : \"" + folder);
    replace("\"epochs\" : \"1\"", "\"epochs\" : \"2\"");
    assertThat(config()).contains("\"data\" : \"digits\"", "\"model\" : \"net.json\"");
  }

  private CommandRun start(String out, String model, String... more) {
    String[] fixed = {
      "train",
      folder.resolve("digits").toString(),
      "--model",
      folder.resolve(model).toString(),
      "--epochs",
      "1",
      "--schedule",
      "constant",
      "--out",
      folder.resolve(out).toString()
    };
    return CommandRun.of(
        java.util.stream.Stream.of(fixed, more).flatMap(java.util.Arrays::stream).toList());
  }

  private String config() throws IOException {
    return Files.readString(run.resolve("config.json"));
  }

  private void replace(String old, String now) throws IOException {
    Files.writeString(run.resolve("config.json"), config().replace(old, now));
  }

  @Test
  void resume_fromAnotherFolder_findsDataAndModelAndNeedsNoFirstWeights() throws IOException {
    Files.delete(folder.resolve("first/model.safetensors"));
    CommandRun resumed =
        CommandRun.of("train", folder.resolve("digits").toString(), "--resume", run.toString());
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("resuming at step 1");
  }

  @Test
  void resume_whereTheDataHaveGone_namesTheFolder() throws IOException {
    Files.move(folder.resolve("digits"), folder.resolve("moved"));
    CommandRun resumed = CommandRun.of("train", "--resume", run.toString());
    assertThat(resumed.exit()).isEqualTo(1);
    assertThat(resumed.err().lines()).hasSize(1);
    assertThat(resumed.lastError())
        .contains("got \"" + folder.resolve("digits") + "\", which does not exist");
  }

  @Test
  void resume_withOtherData_isWrongUsage() throws IOException {
    CommandRun resumed = CommandRun.of("train", folder.toString(), "--resume", run.toString());
    assertThat(resumed.exit()).isEqualTo(2);
    assertThat(resumed.lastError())
        .startsWith(
            "fovea: DATA: the run was started with \"digits\", got \"%s\"; resume without it"
                .formatted(folder));
  }
}

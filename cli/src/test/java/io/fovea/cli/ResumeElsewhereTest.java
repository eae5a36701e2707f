package io.fovea.cli;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that was started with relative paths goes on from any folder. */
@Tag("widths")
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
    start("first", "").done();
    Path weights = folder.resolve("first/model.safetensors");
    start("run", "--init-from " + weights).done();
    assertThat(config()).contains("\"startedIn\" : \"" + Path.of("").toAbsolutePath() + "\"");
    replace(folder + "/", "");
    replace("\"startedIn\" : \"" + Path.of("").toAbsolutePath(), "\"startedIn\" : \"" + folder);
    replace("\"epochs\" : \"1\"", "\"epochs\" : \"2\"");
    assertThat(config()).contains("\"data\" : \"digits\"", "\"model\" : \"net.json\"");
  }

  private CommandRun start(String out, String flags) {
    return fovea(
        "train %s --model %s --epochs 1 --schedule constant --out %s " + flags,
        folder.resolve("digits"),
        folder.resolve("net.json"),
        folder.resolve(out));
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
    CommandRun resumed = fovea("train %s --resume %s", folder.resolve("digits"), run).done();
    assertThat(resumed.err()).contains("resuming at step 1");
  }

  @Test
  void resume_whereTheDataHaveGone_namesTheFolder() throws IOException {
    Files.move(folder.resolve("digits"), folder.resolve("moved"));
    CommandRun resumed = fovea("train --resume %s", run);
    assertThat(resumed.exit()).isEqualTo(1);
    assertThat(resumed.err().lines()).hasSize(1);
    assertThat(resumed.lastError())
        .contains("got \"" + folder.resolve("digits") + "\", which does not exist");
  }

  @Test
  void resume_withOtherData_isWrongUsage() throws IOException {
    fovea("train %s --resume %s", folder, run)
        .refused(
            2,
            "DATA: the run was started with \"digits\", got \"%s\"; resume without it..."
                .formatted(folder));
  }
}

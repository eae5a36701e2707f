package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.fovea;
import static io.fovea.cli.CommandRun.words;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.FoveaProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of a run that are damaged, no text, behind links, or deleted while it trains. */
class TrainFilesTest extends TrainTests {
  /** A run in a process of its own, which has written a checkpoint. */
  private Process begun(Path log) throws Exception {
    Process process =
        FoveaProcess.start(
            words(
                "train %s --out %s --model mlp --epochs 10000 --log-every 1 --checkpoint-every 1",
                digits, folder.resolve("run")),
            log);
    while (!Files.exists(folder.resolve("run/checkpoint.safetensors"))) {
      assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
      Thread.sleep(20);
    }
    return process;
  }

  @Test
  void recipe_thatIsNoUtf8_isNamed() throws IOException {
    Path recipe = Files.write(folder.resolve("latin.json"), new byte[] {'{', (byte) 0xe9, '}'});
    String reason = " cannot be read: it is not text in UTF-8; save it as UTF-8";
    train("--recipe %s", recipe).refused(1, "--recipe: " + recipe + reason);
  }

  /** A file or a link to nothing in the place of a folder. */
  @Test
  @DisabledOnOs(OS.WINDOWS) // links need a privilege there
  void out_whereAFolderCannotBe_isNamed() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("nowhere"));
    Path file = Files.writeString(folder.resolve("file"), "x");
    String reason = " is a file or a link to a missing folder";
    train("--model mlp --epochs 1").done();
    String model = folder.resolve("run").toString();
    for (Path place : List.of(link, file)) {
      assertThat(fovea("export %s --out %s", model, place.resolve("x.onnx")).lastError())
          .isEqualTo("fovea: x.onnx: write: " + place + reason + "; give another folder");
      Path run = place.resolve("run");
      assertThat(fovea("train %s --out %s", digits, run).lastError())
          .isEqualTo(
              "fovea: --out: cannot write to %s (%s%s); give a writable folder"
                  .formatted(run, place, reason));
    }
    assertThat(fovea("train %s --out %s", digits, link).lastError())
        .isEqualTo(
            "fovea: --out: cannot write to %s (%s%s); give a writable folder"
                .formatted(link, link, reason));
  }

  /** What is said to be kept must be there. */
  @Test
  @Tag("gate")
  void train_whoseFolderIsDeleted_doesNotSpeakOfAResume() throws Exception {
    Path run = folder.resolve("run");
    Path log = folder.resolve("log");
    Process process = begun(log);
    try {
      Files.move(run, folder.resolve("elsewhere"));
      Files.writeString(run, "no folder any more");
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(Files.readAllLines(log).getLast())
        .startsWith("fovea: train: cannot write to the run folder (")
        .contains("; the checkpoint of step ", " is no longer in " + run + "; ")
        .endsWith("free space or give access, then start the run again");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\u00e9}|it is not UTF-8 text",
        "{\"flags\": \"x\"}|its \"flags\" is no object",
        "{\"cluster\": [1]}|its \"cluster\" is no object",
        "{}|it has no \"flags\"",
        "{\"flags\": {\"speed\": \"9\"}}|it has the flag \"speed\", which this version does not have",
        "{\"flags\": NaN}|it is not JSON: numbers must be finite, got NaN or Infinity at line 1, column 14",
        "{flags: {}}|it is not JSON: it is damaged at line 1, column 2"
      })
  void resume_withADamagedConfiguration_namesItAndWhatIsWrong(String config, String reason)
      throws IOException {
    Path run = Files.createDirectories(folder.resolve("run"));
    Files.writeString(run.resolve("config.json"), config, StandardCharsets.ISO_8859_1);
    Files.writeString(run.resolve("checkpoint.safetensors"), "");
    assertThat(fovea("train --resume %s", run).lastError())
        .isEqualTo(
            "fovea: --resume: %s cannot be read (%s); restore a copy, or start the run again"
                .formatted(run.resolve("config.json"), reason));
    CommandRun eval = fovea("predict %s %s --tta 2", run, run.resolve("x.png"));
    assertThat(eval.exit()).isEqualTo(1);
  }

  /** The checkpoint has its own preprocessing, which the run goes on with. */
  @ParameterizedTest
  @ValueSource(strings = {"standard", "unit"})
  void resume_withAnotherNormalize_isRefused(String other) throws IOException {
    String own = other.equals("unit") ? "standard" : "unit";
    train("--model mlp --epochs 1 --schedule constant --normalize %s", own).done();
    Path run = folder.resolve("run");
    Path config = run.resolve("config.json");
    String text = Files.readString(config);
    String edited =
        text.replace("\"normalize\" : \"" + own, "\"normalize\" : \"" + other)
            .replace("\"epochs\" : \"1\"", "\"epochs\" : \"2\"");
    Files.writeString(config, edited);
    CommandRun resumed = fovea("train --resume %s", run);
    assertThat(resumed.exit()).isEqualTo(1);
    assertThat(resumed.lastError())
        .matches(
            "fovea: --resume: the checkpoint was written with the preprocessing .+, and --normalize %s of config.json gives .+; restore config.json and the data, or start a new run"
                .formatted(other));
  }
}

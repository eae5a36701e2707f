package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class SweepCommandTest {
  @TempDir static Path shared;
  @TempDir Path folder;

  private static Path digits;

  @BeforeAll
  static void writeDigits() throws IOException {
    digits = SmallData.idxFolder(shared.resolve("digits"), 200);
  }

  private CommandRun sweep(String flags) {
    String fixed = "sweep %s --out %s --model mlp --epochs 2 --batch 20 ";
    return fovea(fixed + flags, digits, folder.resolve("s"));
  }

  private Path run(String name) {
    return folder.resolve("s").resolve(name);
  }

  @Test
  void sweep_grid_trainsEveryCombinationAndChoosesByValidation() throws IOException {
    CommandRun done = sweep("--grid lr=0.00001,0.05 --grid seed=1,2").done();
    assertThat(done.err())
        .contains(
            "4 runs in "
                + folder.resolve("s")
                + ", chosen by validation images (--validation 0.1); ")
        .contains("run 3 of 4: lr 0.05, seed 1\n");
    List<String> lines = done.out().lines().toList();
    assertThat(lines.getFirst())
        .startsWith("lr")
        .contains("seed", "best epoch", "validation loss", "validation", "test");
    assertThat(lines.get(1)).startsWith("0.05");
    assertThat(lines.get(5)).startsWith("best:   " + folder.resolve("s") + "/lr=0.05,seed=");
    assertThat(lines.get(6)).isEqualTo("table:  " + folder.resolve("s/sweep.csv"));
    List<String> csv = Files.readAllLines(folder.resolve("s/sweep.csv"));
    assertThat(csv).hasSize(5);
    assertThat(csv.getFirst())
        .isEqualTo(
            "run,state,lr,seed,bestEpoch,trainLoss,validationLoss,validationAccuracy,testLoss,testAccuracy,seconds");
    assertThat(csv.get(4)).startsWith("\"" + run("lr=0.05,seed=2") + "\",done,0.05,2,");
    assertThat(run("lr=0.05,seed=2").resolve("best.safetensors")).exists();
    assertThat(run("lr=0.05,seed=2").resolve("report.html")).exists();
  }

  @Test
  void sweep_again_skipsWhatIsDoneAndAddsWhatIsNew() throws IOException {
    sweep("--grid lr=0.01").done();
    FileTime before = Files.getLastModifiedTime(run("lr=0.01").resolve("report.html"));
    CommandRun more = sweep("--grid lr=0.01,0.02 --json").done();
    assertThat(more.err()).contains("run 1 of 2: lr 0.01 (already done)", "run 2 of 2: lr 0.02\n");
    assertThat(Files.getLastModifiedTime(run("lr=0.01").resolve("report.html"))).isEqualTo(before);
    JsonNode json = more.json();
    assertThat(json.path("runs").size()).isEqualTo(2);
    assertThat(json.path("best").asString())
        .isEqualTo(json.path("runs").get(0).path("run").asString());

    sweep("--grid lr=0.01 --momentum 0.5")
        .refused(
            1,
            "sweep: %s was made with --momentum \"0.9\", got \"0.5\"; give the same flags, or another --out"
                .formatted(run("lr=0.01")));
  }

  @Test
  void sweep_interruptedRuns_goOnToTheSameBits() throws IOException {
    sweep("--grid lr=0.01,0.02").done();
    byte[] expected = Files.readAllBytes(run("lr=0.01").resolve("model.safetensors"));
    byte[] expectedOther = Files.readAllBytes(run("lr=0.02").resolve("model.safetensors"));
    // One was killed behind its last checkpoint, the other before its first.
    Files.delete(run("lr=0.01").resolve("report.html"));
    Files.delete(run("lr=0.02").resolve("report.html"));
    Files.delete(run("lr=0.02").resolve("checkpoint.safetensors"));
    Path metrics = run("lr=0.02").resolve("metrics.jsonl");
    Files.write(
        metrics,
        Files.readAllLines(metrics).stream()
            .filter(line -> !line.contains("\"epoch\":2,"))
            .toList());
    CommandRun again = sweep("--grid lr=0.01,0.02").done();
    assertThat(again.err()).contains("run 1 of 2: lr 0.01 (resumed)", "run 2 of 2: lr 0.02\n");
    assertThat(run("lr=0.01").resolve("model.safetensors")).hasBinaryContent(expected);
    assertThat(run("lr=0.02").resolve("model.safetensors")).hasBinaryContent(expectedOther);
    assertThat(run("lr=0.02").resolve("checkpoint.safetensors")).exists();
  }

  /** As where names that differ in case only are one folder. */
  @Test
  @DisabledOnOs(OS.WINDOWS) // which lets few make links
  void sweep_folderWithTheRunOfOtherFlags_isRefusedWhenItsTurnComes() throws IOException {
    Files.createDirectories(folder.resolve("s"));
    Files.createSymbolicLink(run("lr=0.02"), Path.of("lr=0.01"));
    sweep("--grid lr=0.01,0.02")
        .failed(
            1,
            "sweep: %s was made with --lr \"0.01\", got \"0.02\"; give the same flags, or another --out"
                .formatted(run("lr=0.02")));
  }

  @Test
  void sweep_imagesThatChangedBetweenRuns_isRefused() throws IOException {
    Path photos = SmallData.idxFolder(folder.resolve("photos"), 60);
    String command = "sweep %s --out %s --model mlp --epochs 1 --batch 20 --grid lr=0.01";
    fovea(command, photos, folder.resolve("s")).done();
    SmallData.idxFolder(photos, 80);
    fovea(command + ",0.02 --grid seed=42,7", photos, folder.resolve("other")).done();
    CommandRun more = fovea(command + ",0.02", photos, folder.resolve("s"));
    assertThat(more.exit()).isEqualTo(1);
    assertThat(more.lastError())
        .matches(
            ("fovea: sweep: expects runs with the same images, got %s with 54 images of .*, and %s with 72 images"
                    + " of .*; restore the images and remove the other run, or give another --out")
                .formatted(run("lr=0.01"), run("lr=0.02")));
  }

  @Test
  void sweep_runThatDiverges_isToldAndTheOthersGoOn() {
    CommandRun done = sweep("--grid lr=1e20,0.02").done();
    assertThat(done.err())
        .contains("fovea: train: the loss became ")
        .endsWith("1 of 2 runs failed; see their messages above\n");
    assertThat(done.out()).containsPattern("1e20 +failed\n");
    sweep("--grid lr=1e20")
        .failed(1, "sweep: none of the 1 runs finished; see their messages above");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          lr         | --grid: expects NAME=V1,V2,... or NAME=LOW..HIGH, such as lr=0.1,0.01, got "lr"
          rl=1       | --grid: "rl" is not a flag of a run; did you mean "lr"?
          lr=0.1,-1  | --lr: expects a number above 0, got "-1"
          lr=0.1..1  | --grid: lr is a range, which needs --random N; or list its values
          epochs=1,2 | --epochs: is also in --grid; leave one out
          lr=1,1     | --grid: expects each flag and each of its values once, got "lr=1,1"
          lr=1,      | --grid: expects a value between commas, got "lr=1,"
          lr=0.1 --validation 0 | --validation: expects a share above 0, got 0; these images choose the best run
          leave-out=1,2         | --leave-out: sweep does not support it; use fovea train
          fork=a@1,a@2          | --fork: sweep does not support it; use fovea train
          lr=0.1 --random 0     | --random: expects a whole number from 1 to 10,000, got 0
          """)
  void sweep_wrongArguments_areRefusedBeforeAnythingIsTrained(String flags, String error) {
    sweep("--grid " + flags).refused(2, error + "...");
    assertThat(folder.resolve("s")).doesNotExist();
  }
}

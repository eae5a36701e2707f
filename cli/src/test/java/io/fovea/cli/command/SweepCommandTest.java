package io.fovea.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import io.fovea.cli.screen.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class SweepCommandTest {
  @TempDir static Path shared;
  @TempDir Path folder;

  private static Path digits;

  @BeforeAll
  static void writeDigits() throws IOException {
    digits = SmallData.idxFolder(shared.resolve("digits"), 200);
  }

  private CommandRun sweep(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "sweep",
                digits.toString(),
                "--out",
                folder.resolve("s").toString(),
                "--model",
                "mlp",
                "--epochs",
                "2",
                "--batch",
                "20"));
    args.addAll(List.of(more));
    return CommandRun.of(args);
  }

  private Path run(String name) {
    return folder.resolve("s").resolve(name);
  }

  @Test
  void sweep_grid_trainsEveryCombinationAndChoosesByValidation() throws IOException {
    CommandRun done = sweep("--grid", "lr=0.00001,0.05", "--grid", "seed=1,2");
    assertThat(done.exit()).as(done.err()).isZero();
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
    assertThat(sweep("--grid", "lr=0.01").exit()).isZero();
    FileTime before = Files.getLastModifiedTime(run("lr=0.01").resolve("report.html"));
    CommandRun more = sweep("--grid", "lr=0.01,0.02", "--json");
    assertThat(more.exit()).as(more.err()).isZero();
    assertThat(more.err()).contains("run 1 of 2: lr 0.01 (already done)", "run 2 of 2: lr 0.02\n");
    assertThat(Files.getLastModifiedTime(run("lr=0.01").resolve("report.html"))).isEqualTo(before);
    JsonNode json = Json.read(more.out());
    assertThat(json.path("runs").size()).isEqualTo(2);
    assertThat(json.path("best").asString())
        .isEqualTo(json.path("runs").get(0).path("run").asString());

    CommandRun other = sweep("--grid", "lr=0.01", "--momentum", "0.5");
    assertThat(other.exit()).isEqualTo(1);
    assertThat(other.lastError())
        .isEqualTo(
            "fovea: sweep: %s was made with --momentum \"0.9\", got \"0.5\"; give the same flags, or another --out"
                .formatted(run("lr=0.01")));
  }

  @Test
  void sweep_interruptedRuns_goOnToTheSameBits() throws IOException {
    assertThat(sweep("--grid", "lr=0.01,0.02").exit()).isZero();
    byte[] expected = Files.readAllBytes(run("lr=0.01").resolve("model.safetensors"));
    byte[] expectedOther = Files.readAllBytes(run("lr=0.02").resolve("model.safetensors"));
    // One was killed behind its last checkpoint, the other before its first.
    Files.delete(run("lr=0.01").resolve("report.html"));
    Files.delete(run("lr=0.02").resolve("report.html"));
    Files.delete(run("lr=0.02").resolve("checkpoint.safetensors"));
    CommandRun again = sweep("--grid", "lr=0.01,0.02");
    assertThat(again.exit()).as(again.err()).isZero();
    assertThat(again.err()).contains("run 1 of 2: lr 0.01 (resumed)", "run 2 of 2: lr 0.02\n");
    assertThat(run("lr=0.01").resolve("model.safetensors")).hasBinaryContent(expected);
    assertThat(run("lr=0.02").resolve("model.safetensors")).hasBinaryContent(expectedOther);
  }

  @Test
  void sweep_runThatDiverges_isToldAndTheOthersGoOn() {
    CommandRun done = sweep("--grid", "lr=1e20,0.02");
    assertThat(done.exit()).as(done.err()).isZero();
    assertThat(done.err())
        .contains("fovea: train: the loss became ")
        .endsWith("1 of 2 runs failed; see their messages above\n");
    assertThat(done.out()).containsPattern("1e20 +failed\n");
    CommandRun none = sweep("--grid", "lr=1e20");
    assertThat(none.exit()).isEqualTo(1);
    assertThat(none.lastError())
        .isEqualTo("fovea: sweep: none of the 1 runs finished; see their messages above");
  }

  @Test
  void sweep_recipeWithoutData_isRefused() {
    CommandRun run =
        CommandRun.of("sweep", "--recipe", "photos", "--grid", "seed=1,2", "--out", "never");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.lastError())
        .startsWith("fovea: DATA: the recipe photos is for your photos; give a folder");
  }

  @Test
  void sweep_wrongArguments_areRefusedBeforeAnythingIsTrained() {
    refused(
        "--grid: expects NAME=V1,V2,... or NAME=LOW..HIGH, such as lr=0.1,0.01, got \"lr\"", "lr");
    refused("--grid: \"rl\" is not a flag of a run; did you mean \"lr\"? ", "rl=1");
    refused("--lr: expects a number above 0, got \"-1\"", "lr=0.1,-1");
    refused("--grid: lr is a range, which needs --random N; or list its values", "lr=0.1..1");
    refused("--epochs: is also in --grid; leave one out", "epochs=1,2");
    refused("--grid: expects each flag and each of its values once, got \"lr=1,1\"", "lr=1,1");
    refused("--grid: expects a value between commas, got \"lr=1,\"", "lr=1,");
    refused(
        "--validation: expects a share above 0, got 0; these images choose the best run",
        "lr=0.1",
        "--validation",
        "0");
    refused("--random: expects a whole number from 1 to 10,000, got 0", "lr=0.1", "--random", "0");
    assertThat(folder.resolve("s")).doesNotExist();
  }

  private void refused(String message, String grid, String... more) {
    List<String> args = new ArrayList<>(List.of("--grid", grid));
    args.addAll(List.of(more));
    CommandRun run = sweep(args.toArray(String[]::new));
    assertThat(run.exit()).as(run.err()).isEqualTo(2);
    assertThat(run.lastError()).startsWith("fovea: " + message);
  }
}

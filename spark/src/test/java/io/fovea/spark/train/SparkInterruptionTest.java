package io.fovea.spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.spark.Digits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ctrl-C on spark-train, on a real process: the checkpoint is saved, the exit code is 130, and a
 * resume goes on to the same bytes.
 */
@Tag("gate")
@Timeout(180)
class SparkInterruptionTest {
  private static final String RECIPE =
      "--model pooled --epochs 25 --batch 50 --log-every 1 --checkpoint-every 100000 --conf spark.ui.enabled=false --conf spark.driver.host=localhost --conf spark.driver.bindAddress=127.0.0.1";

  private static final String CLUSTER = "local-cluster[2,1,1024]";

  @TempDir Path folder;

  private Path digits = Path.of("");
  private @Nullable Process process;

  @BeforeEach
  void writeDigits() throws IOException {
    digits = Digits.idxFolder(folder.resolve("digits"));
  }

  @AfterEach
  void endProcesses() {
    if (process != null) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private List<String> arguments(String master, String out) {
    List<String> all = new ArrayList<>(List.of("spark-train", digits.toString()));
    all.addAll(List.of(RECIPE.split(" ", -1)));
    all.addAll(List.of("--master", master, "--out", folder.resolve(out).toString()));
    return all;
  }

  /** In a process group of its own, as a shell with a terminal starts a command. */
  private Process start(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add("setsid");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-Xmx768m", "-cp"));
    command.add(Sessions.wholeClassPath());
    command.add("io.fovea.cli.Fovea");
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  /** Waits until the run has made some steps, and interrupts whoever {@code target} names. */
  private void interrupt(Process running, Path run, String master, String target) throws Exception {
    Path metrics = run.resolve("metrics.jsonl");
    for (int i = 0; i < 1200 && running.isAlive(); i++) {
      if (Files.exists(metrics) && Files.size(metrics) > 4000) {
        break;
      }
      Thread.sleep(50);
    }
    assertThat(new ProcessBuilder("kill", "-INT", "--", target).start().waitFor()).isZero();
    assertThat(running.waitFor(90, TimeUnit.SECONDS)).as(log()).isTrue();
    assertThat(running.exitValue()).as(log()).isEqualTo(130);
    assertThat(log())
        .contains(
            ": the checkpoint is saved; resume with: fovea spark-train --resume %s --master '%s' and the same --conf"
                .formatted(run, master));
  }

  @Test
  void interrupt_duringTraining_savesACheckpointThatGoesOnToTheSameBytes() throws Exception {
    process = start(arguments("local[2]", "cut"));
    Path cut = folder.resolve("cut");
    interrupt(process, cut, "local[2]", Long.toString(process.pid()));
    assertThat(cut.resolve("model.safetensors")).exists();

    CommandRun resumed =
        CommandRun.of(
            List.of(
                "spark-train",
                "--resume",
                cut.toString(),
                "--master",
                "local[2]",
                "--conf",
                "spark.ui.enabled=false"));
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("resuming at step ");
    CommandRun whole = CommandRun.of(arguments("local[2]", "whole"));
    assertThat(whole.exit()).as(whole.err()).isZero();
    assertThat(cut.resolve("model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("whole/model.safetensors"));
  }

  /**
   * A terminal sends Ctrl-C to all processes of a command, so to local-cluster's executors, too.
   */
  @Test
  void interrupt_ofExecutorsToo_savesTheCheckpointOfTheStep() throws Exception {
    List<String> arguments = arguments(CLUSTER, "cut");
    arguments.addAll(Sessions.executorFlags());
    process = start(arguments);
    interrupt(process, folder.resolve("cut"), CLUSTER, "-" + process.pid());
    assertThat(log()).doesNotContain("restart 1");
  }

  @Test
  void interrupt_ofExecutorsBetweenAverages_losesNoneOfThem() throws Exception {
    List<String> arguments = arguments(CLUSTER, "cut");
    arguments.addAll(List.of("--average-every", "20"));
    arguments.addAll(Sessions.executorFlags());
    process = start(arguments);
    interrupt(process, folder.resolve("cut"), CLUSTER, "-" + process.pid());
    assertThat(log()).doesNotContain("Lost executor").doesNotContain("Lost task");
  }
}

package io.fovea.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

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
 * resume goes on to the same bytes. So it does after a kill -9 of the driver, and a full disk.
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

  private Process start(List<String> arguments, String... before) throws IOException {
    return SparkProcess.start(arguments, folder.resolve("log"), before);
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  /** Waits until the run has made some steps. */
  private static void awaitSteps(Process running, Path run) throws Exception {
    Path metrics = run.resolve("metrics.jsonl");
    for (int i = 0; i < 1200 && running.isAlive(); i++) {
      if (Files.exists(metrics) && Files.size(metrics) > 4000) {
        break;
      }
      Thread.sleep(50);
    }
  }

  /** Whether what this process starts ignores SIGINT: if a shell started it in the background. */
  private static boolean ignoresInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status"); // SIGINT is the second bit
    return Files.exists(status)
        && Files.readAllLines(status).stream().anyMatch(it -> it.matches("SigIgn:.*[2367abef]"));
  }

  /** Interrupts whoever {@code target} names. */
  private void interrupt(Process running, Path run, String master, String target) throws Exception {
    awaitSteps(running, run);
    String signal = ignoresInterrupts() ? "-TERM" : "-INT";
    assertThat(new ProcessBuilder("kill", signal, "--", target).start().waitFor()).isZero();
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

    assertResumesToTheBytesOfAnUndisturbedRun(cut);
  }

  private static List<String> resume(Path run) {
    String flags = " --master local[2] --conf spark.ui.enabled=false";
    return List.of(("spark-train --resume " + run + flags).split(" ", -1));
  }

  private void assertResumesToTheBytesOfAnUndisturbedRun(Path cut) {
    CommandRun resumed = CommandRun.of(resume(cut));
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("resuming at step ");
    CommandRun whole = CommandRun.of(arguments("local[2]", "whole"));
    assertThat(whole.exit()).as(whole.err()).isZero();
    assertThat(cut.resolve("model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("whole/model.safetensors"));
  }

  /**
   * The driver dies, its executors with it; then its disk takes no file of more than a megabyte.
   */
  @Test
  @Timeout(600)
  void kill9_ofTheDriver_thenAFullDisk_losesNothing() throws Exception {
    List<String> arguments = arguments(CLUSTER, "cut");
    arguments.addAll(Sessions.executorFlags());
    process = start(arguments);
    Path cut = folder.resolve("cut");
    while (process.isAlive() && !Files.exists(cut.resolve("checkpoint.safetensors"))) {
      Thread.sleep(20);
    }
    List<ProcessHandle> executors = process.descendants().toList();
    assertThat(executors).hasSize(2);
    process.destroyForcibly();
    assertThat(process.waitFor()).isEqualTo(137);
    for (ProcessHandle executor : executors) {
      executor.onExit().get(30, TimeUnit.SECONDS); // throws where it stays
    }
    byte[] checkpoint = Files.readAllBytes(cut.resolve("checkpoint.safetensors"));
    assertThat(checkpoint.length).isGreaterThan(1 << 20);

    List<String> once = new ArrayList<>(resume(cut));
    once.addAll(List.of("--restarts", "0"));
    process = start(once, "sh", "-c", "ulimit -f 2048; exec \"$@\"", "sh");
    assertThat(process.waitFor(200, TimeUnit.SECONDS)).as(log()).isTrue();
    assertThat(process.exitValue()).as(log()).isEqualTo(1);
    assertThat(
            log().lines().toList().getLast()) // of worker 0, or of the driver if no step was left
        .matches(
            "fovea: (spark-train: worker 0 failed: .*a model cannot be written to or read from the temporary folder"
                + "|train: cannot write to the run folder).*File too large.*");
    assertThat(cut.resolve("checkpoint.safetensors")).hasBinaryContent(checkpoint);
    assertResumesToTheBytesOfAnUndisturbedRun(cut);
  }

  /**
   * A terminal sends Ctrl-C to all processes of a command, so to local-cluster's executors, too.
   */
  @Test
  void interrupt_ofExecutorsToo_savesTheCheckpointOfTheStep() throws Exception {
    assumeFalse(ignoresInterrupts(), "SIGINT is ignored here, and executors end on SIGTERM");
    List<String> arguments = arguments(CLUSTER, "cut");
    arguments.addAll(Sessions.executorFlags());
    process = start(arguments);
    interrupt(process, folder.resolve("cut"), CLUSTER, "-" + process.pid());
    assertThat(log()).doesNotContain("restart 1");
  }
}

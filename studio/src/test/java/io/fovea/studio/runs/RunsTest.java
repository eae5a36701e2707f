package io.fovea.studio.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.fovea.file.FolderDeletion;
import io.fovea.http.HttpError;
import io.fovea.run.FolderLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a run is said to be doing, from its files and its process alone. */
@Timeout(60)
class RunsTest {
  @TempDir Path folder;

  private final List<List<String>> asked = new ArrayList<>();
  private final List<Process> processes = new ArrayList<>();

  private Runs runs() {
    return new Runs(
        folder,
        (arguments, log) -> {
          asked.add(arguments);
          Process process =
              new ProcessBuilder("sh", "-c", "echo begun; exec sleep 60")
                  .redirectOutput(log.toFile())
                  .start();
          processes.add(process);
          return process;
        });
  }

  private Path runFolder(String name) throws IOException {
    Path run = Files.createDirectories(folder.resolve(name));
    Files.writeString(run.resolve("config.json"), "{\"data\":\"mnist\"}");
    return run;
  }

  @Test
  void start_thenPause_thenANewStudio_knowsTheRun() throws Exception {
    String name =
        runs().start("mnist", "pooled", List.of("mnist", "--epochs=2"), Map.of("epochs", "2"));
    Path run = runFolder(name);
    assertThat(name).matches("[0-9]{8}-[0-9]{6}-mnist-pooled");
    assertThat(asked.getFirst())
        .containsExactly("mnist", "--epochs=2", "--out=" + run.toAbsolutePath());
    assertThat(runs().state(name)).isEqualTo(RunState.RUNNING);
    assertThatThrownBy(() -> runs().resume(name, List.of()))
        .isInstanceOf(HttpError.class)
        .hasMessage("studio: a run that is running cannot be resumed");

    Files.writeString(run.resolve("checkpoint.safetensors"), "x");
    runs().end(name, "pause");
    assertThat(processes.getFirst().waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(runs().state(name)).isEqualTo(RunState.PAUSED);

    runs().resume(name, List.of());
    assertThat(asked.getLast()).containsExactly("--resume=" + run.toAbsolutePath());
    assertThat(runs().state(name)).isEqualTo(RunState.RUNNING);
    runs().end(name, "stop");
    assertThat(processes.getLast().waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(runs().state(name)).isEqualTo(RunState.STOPPED);
  }

  @Test
  void state_ofAProcessThatDied_isFailedWithTheReason() throws Exception {
    String name = runs().start("mnist", "pooled", List.of("mnist"), Map.of());
    Process process = processes.getFirst();
    while (runs().lastWords(name).isEmpty()) {
      Thread.sleep(20);
    }
    process.destroyForcibly().waitFor();
    assertThat(runs().state(name)).isEqualTo(RunState.FAILED);
    assertThat(runs().reason(name))
        .isEqualTo(
            "its folder is gone, or the process was killed before it created one; delete the run");
    Path run = runFolder(name);
    assertThat(runs().reason(name))
        .isEqualTo(
            "the process or the machine was stopped before the first checkpoint; run it again");
    Files.writeString(run.resolve("checkpoint.safetensors"), "x");
    assertThat(runs().reason(name))
        .isEqualTo("the process or the machine was stopped; Resume continues from its checkpoint");
    assertThat(runs().names()).containsExactly(name);
  }

  @Test
  void delete_thenRestore_bringsAllOfTheRunBack() throws Exception {
    String name = runs().start("mnist", "pooled", List.of("mnist"), Map.of());
    Path run = runFolder(name);
    assertThatThrownBy(() -> runs().delete(name))
        .isInstanceOf(HttpError.class)
        .hasMessage("studio: a run that is running cannot be deleted; stop it first");
    while (runs().lastWords(name).isEmpty()) {
      Thread.sleep(20);
    }
    processes.getFirst().destroyForcibly().waitFor();
    Files.writeString(run.resolve("report.html"), "x");
    runs().note(name, new RunNote("the good one", "keep it"));
    runs().delete(name);
    assertThat(run).doesNotExist();
    assertThat(runs().names()).isEmpty();
    assertThat(runs().deleted())
        .containsExactly(java.util.Map.entry(name, new RunNote("the good one", "keep it")));
    assertThatThrownBy(() -> runs().restore("other"))
        .isInstanceOf(HttpError.class)
        .hasMessage("studio: there is no such run among the deleted ones");

    runs().restore(name);
    assertThat(runs().names()).containsExactly(name);
    assertThat(runs().state(name)).isEqualTo(RunState.FINISHED);
    assertThat(runs().note(name).title()).isEqualTo("the good one");
    assertThat(runs().lastWords(name)).isEqualTo("begun");
    assertThat(runs().recorded(name)).isPresent();

    runs().delete(name);
    runFolder(name);
    assertThatThrownBy(() -> runs().restore(name))
        .isInstanceOf(HttpError.class)
        .hasMessage("studio: there is another run of that name; delete it first");
    runs().emptyTrash();
    assertThat(runs().deleted()).isEmpty();
    assertThat(folder.resolve(".studio").resolve("trash")).doesNotExist();
  }

  /** A failed start has no folder, only what the studio wrote of it. */
  @Test
  void delete_ofARunWithoutAFolder_takesItOffTheList() throws Exception {
    String name = runs().start("mnist", "pooled", List.of("mnist"), Map.of());
    processes.getFirst().destroyForcibly().waitFor();
    runs().delete(name);
    assertThat(runs().names()).isEmpty();
    assertThat(runs().deleted()).containsOnlyKeys(name);
  }

  @Test
  void emptyTrash_withALinkInARun_leavesWhatItPointsTo() throws IOException {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("precious.txt"), "x");
    Path run = runFolder("old");
    Files.setLastModifiedTime(
        run.resolve("config.json"), FileTime.from(Instant.now().minusSeconds(600)));
    Files.createSymbolicLink(run.resolve("link"), outside);
    runs().delete("old");
    runs().emptyTrash();
    assertThat(outside.resolve("precious.txt")).exists();
  }

  @Test
  void note_tooLong_isRefused() {
    assertThatThrownBy(() -> new RunNote("x".repeat(81), ""))
        .isInstanceOf(HttpError.class)
        .hasMessage(
            "studio: a name has at most 80 characters and a note 4,000, got 81 and 0; shorten it");
  }

  @Test
  void state_ofARunOfSomebodyElse_isToldByItsFiles() throws Exception {
    Path run = runFolder("theirs");
    assertThat(runs().state("theirs")).isEqualTo(RunState.RUNNING);
    Files.setLastModifiedTime(
        run.resolve("config.json"), FileTime.from(Instant.now().minusSeconds(600)));
    assertThat(runs().state("theirs")).isEqualTo(RunState.FAILED);
    try (FolderLock lock = FolderLock.of(run, "taken")) {
      assertThat(lock.since()).isNotNull();
      assertThat(runs().state("theirs")).as("silent").isEqualTo(RunState.RUNNING);
    }
    Files.setLastModifiedTime(
        run.resolve("config.json"), FileTime.from(Instant.now().plus(Duration.ofDays(365))));
    assertThat(runs().state("theirs")).as("the clock was set back").isEqualTo(RunState.FAILED);
    Files.writeString(run.resolve("checkpoint.safetensors"), "x");
    assertThat(runs().state("theirs")).isEqualTo(RunState.PAUSED);
    Files.writeString(run.resolve("report.html"), "x");
    assertThat(runs().state("theirs")).isEqualTo(RunState.FINISHED);
    assertThatThrownBy(() -> runs().end("theirs", "pause"))
        .isInstanceOf(HttpError.class)
        .hasMessageContaining("was started outside the studio; stop it there with Ctrl-C");
  }

  @Test
  void config_damaged_isRefusedWithTheReason() throws IOException {
    Path run = runFolder("bad");
    Path config = run.resolve("config.json");
    String before = "studio: the config.json of this run ";
    String after = "; restore a copy, or remove the run's folder";
    Files.write(config, new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
    assertRefused("bad", before + "is not UTF-8 text" + after);
    Files.writeString(config, "[]");
    assertRefused("bad", before + "is not a JSON object" + after);
    Files.write(config, new byte[(1 << 20) + 1]);
    assertRefused("bad", before + "has more than 1 MB" + after);
  }

  private void assertRefused(String run, String message) {
    assertThatThrownBy(() -> runs().config(run)).isInstanceOf(HttpError.class).hasMessage(message);
  }

  @Test
  void lastWords_ofALogThatIsNoTextOrHuge_areItsEnd() throws IOException {
    Files.createDirectories(folder.resolve(".studio"));
    runFolder("one");
    byte[] log = new byte[3 << 20];
    Arrays.fill(log, (byte) 0xff);
    byte[] end = "\nfovea: it ended\n\n".getBytes(StandardCharsets.UTF_8);
    System.arraycopy(end, 0, log, log.length - end.length, end.length);
    Files.write(folder.resolve(".studio/one.log"), log);
    assertThat(runs().reason("one")).isEqualTo("it ended");
    Files.write(folder.resolve(".studio/one.log"), Arrays.copyOf(log, 100));
    assertThat(runs().lastWords("one")).hasSize(100).containsOnlyOnce("\uFFFD".repeat(100));
  }

  @Test
  void names_ofRecordsThatAreNone_arePassedOver() throws IOException {
    Path records = Files.createDirectories(folder.resolve(".studio"));
    Files.writeString(records.resolve("a b.json"), "{}");
    Files.createDirectory(records.resolve("x.json"));
    runFolder("good");
    assertThat(runs().names()).containsExactly("good");
  }

  @Test
  void record_thatIsAPipeOrALinkToADevice_isNotRead() throws Exception {
    Path records = Files.createDirectories(folder.resolve(".studio"));
    runFolder("one");
    Path record = records.resolve("one.json");
    assertThat(new ProcessBuilder("mkfifo", record.toString()).start().waitFor()).isZero();
    assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> assertThat(runs().recorded("one")).isEmpty());
    Files.delete(record);
    Files.createSymbolicLink(record, Path.of("/dev/zero"));
    assertThat(runs().recorded("one")).isEmpty();
    assertThat(runs().state("one")).isEqualTo(RunState.RUNNING);
  }

  @Test
  void run_deletedAfterItsNameWasListed_isNotFound() throws Exception {
    Path run = runFolder("one");
    assertThat(runs().names()).containsExactly("one");
    FolderDeletion.delete(run);
    for (ThrowingCallable read :
        List.<ThrowingCallable>of(
            () -> runs().config("one"), () -> runs().state("one"), () -> runs().metrics("one"))) {
      assertThatThrownBy(read)
          .isInstanceOf(HttpError.class)
          .hasMessage("studio: there is no such run");
    }
    assertThat(runs().names()).isEmpty();
  }
}

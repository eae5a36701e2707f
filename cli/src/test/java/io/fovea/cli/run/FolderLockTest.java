package io.fovea.cli.run;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import io.fovea.cli.command.FoveaCommand;
import io.fovea.cli.screen.Console;
import io.fovea.format.FormatException;
import io.fovea.run.FolderLock;
import io.fovea.run.RunConfig;
import io.fovea.run.RunFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
  @TempDir Path folder;

  @Test
  void resume_ofARunThatIsBeingTrained_isRefusedAndChangesNothing() throws IOException {
    Path run = folder.resolve("run");
    String digits = SmallData.idxFolder(folder.resolve("digits"), 128).toString();
    fovea("train %s --out %s --model mlp --epochs 1", digits, run).done();
    Path lock = run.resolve(".lock");
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      assertThat(held.isValid()).isTrue();
      CommandRun second = fovea("train --resume %s", run);
      second.refused(
          1,
          "train: another process is training in " + run + "; wait until it has ended, or stop it");
      assertThat(second.err().lines()).hasSize(1);
    }
    fovea("train --resume %s", run).done();
  }

  /** On POSIX systems a process loses its lock when it closes the file in any place. */
  @Test
  void lock_refusedInThisProcess_isKept() throws Exception {
    Path probe =
        Files.writeString(
            folder.resolve("Probe.java"),
            """
            import java.nio.channels.FileChannel;
            import java.nio.file.*;

            class Probe {
              public static void main(String[] a) throws Exception {
                var file = FileChannel.open(Path.of(a[0]), StandardOpenOption.WRITE);
                System.exit(file.tryLock() == null ? 7 : 0);
              }
            }
            """);
    ProcessBuilder other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                probe.toString(),
                folder.resolve(".lock").toString())
            .inheritIO();
    try (FolderLock held = new RunFolder(folder).lock()) {
      assertThatThrownBy(new RunFolder(folder.resolve("."))::lock)
          .isInstanceOf(FormatException.class);
      assertThat(held.channel().isOpen()).isTrue();
      assertThat(other.start().waitFor()).as("locked").isEqualTo(7);
    }
    assertThat(other.start().waitFor()).as("free").isZero();
    try (FolderLock again = new RunFolder(folder).lock()) {
      assertThat(again.channel().isOpen()).isTrue();
    }
  }

  /** Opening a pipe would wait for its other end. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void hold_whereTheLockIsAPipe_isRefused() throws Exception {
    Path lock = folder.resolve(".lock");
    assertThat(new ProcessBuilder("mkfifo", lock.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> new RunFolder(folder).lock())
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "lock: expects a file %s, got a folder, a pipe or a device; remove it".formatted(lock));
  }

  /** A start that is refused must not take what another process is writing. */
  @Test
  void train_intoTheFolderOfALiveRun_deletesNoTemporaryFile() throws IOException {
    Path run = folder.resolve("run");
    String digits = SmallData.idxFolder(folder.resolve("digits"), 128).toString();
    RunFolder live = RunFolders.create(run, RunFolders.config("train", digits, Map.of(), Map.of()));
    Path part = Files.writeString(live.file(".fovea-0123456789abcdef.part"), "half a checkpoint");
    String again = "train %s --out %s --model mlp --epochs 1";
    try (FolderLock held = live.lock()) {
      assertThat(held.channel().isOpen()).isTrue();
      assertThat(fovea(again, digits, run).lastError()).contains("another process is training in ");
      assertThat(part).hasContent("half a checkpoint");
    }
    Files.writeString(live.file(RunFolder.CHECKPOINT), "");
    assertThat(fovea(again, digits, run).lastError()).contains("run exists already; ");
    assertThat(part).hasContent("half a checkpoint");
  }

  /** Two starts of one moment: who trains has its own configuration beside its checkpoints. */
  @Test
  void lock_ofANewRun_writesItsConfigurationAgain() throws IOException {
    Path run = folder.resolve("run");
    RunConfig own = RunFolders.config("train", "digits", Map.of("seed", "1"), Map.of());
    RunFolder first = RunFolders.create(run, own);
    RunFolder second =
        RunFolders.create(run, RunFolders.config("train", "digits", Map.of("seed", "2"), Map.of()));
    assertThat(RunConfig.read(first.file(RunFolder.CONFIG)).flag("seed")).isEqualTo("2");
    try (FolderLock held = first.lock(own)) {
      assertThat(held.channel().isOpen()).isTrue();
      assertThat(RunConfig.read(first.file(RunFolder.CONFIG))).isEqualTo(own);
      assertThatThrownBy(second::lock).hasMessageContaining("another process is training in ");
    }
  }

  /** An export into the folder goes on during the run; a process killed before it does not. */
  @Test
  void resume_withTemporaryFiles_deletesThoseWithoutAWriter() throws IOException {
    Path run = folder.resolve("run");
    String digits = SmallData.idxFolder(folder.resolve("digits"), 128).toString();
    fovea("train %s --out %s --model mlp --epochs 1", digits, run).done();
    Path left = Files.writeString(run.resolve(".fovea-0123456789abcdef.part"), "left behind");
    Path live = Files.writeString(run.resolve(".fovea-fedcba9876543210.part"), "half an export");
    Files.setLastModifiedTime(live, FileTime.from(Instant.now().plusSeconds(60)));
    fovea("train --resume %s", run).done();
    assertThat(left).doesNotExist();
    assertThat(live).hasContent("half an export");
    new RunFolder(folder.resolve("gone")).sweep(Instant.MAX); // an interrupted run's, say
  }

  /** A second start into the folder of a search would delete it. */
  @Test
  void findLr_whileItSearches_holdsItsFolder() throws IOException {
    Path run = folder.resolve("run");
    String digits = SmallData.idxFolder(folder.resolve("digits"), 128).toString();
    List<String> tries = new ArrayList<>();
    OutputStream err =
        new ByteArrayOutputStream() {
          @Override
          public synchronized void write(byte[] bytes, int from, int length) {
            super.write(bytes, from, length);
            if (tries.isEmpty() && toString(StandardCharsets.UTF_8).contains("learning rates")) {
              tries.add(tried(run));
            }
          }
        };
    Console screen = CommandRun.screen(OutputStream.nullOutputStream(), err);
    int exit =
        FoveaCommand.run(
            screen, "train", digits, "--out", run.toString(), "--model", "mlp", "--find-lr");
    assertThat(exit).as(err.toString()).isZero();
    assertThat(tries)
        .containsExactly(
            "train: another process is training in "
                + run
                + "; wait until it has ended, or stop it");
  }

  private static String tried(Path run) {
    try (FolderLock held = new RunFolder(run).lock()) {
      return "free: " + held;
    } catch (IOException refused) {
      return String.valueOf(refused.getMessage());
    }
  }
}

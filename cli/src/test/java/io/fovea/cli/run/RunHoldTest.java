package io.fovea.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import io.fovea.cli.command.FoveaCommand;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.Screen;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunHoldTest {
  @TempDir Path folder;

  @Test
  void resume_ofARunThatIsBeingTrained_isRefusedAndChangesNothing() throws IOException {
    Path run = folder.resolve("run");
    String digits = SmallData.idxFolder(folder.resolve("digits"), 128).toString();
    CommandRun first =
        CommandRun.of("train", digits, "--out", run.toString(), "--model", "mlp", "--epochs", "1");
    assertThat(first.exit()).as(first.err()).isZero();
    Path config = run.resolve(RunFolder.CONFIG);
    try (FileChannel channel = FileChannel.open(config, StandardOpenOption.WRITE);
        FileLock held = channel.lock(Long.MAX_VALUE - 1, 1, false)) {
      assertThat(held.isValid()).isTrue();
      CommandRun second = CommandRun.of("train", "--resume", run.toString());
      assertThat(second.exit()).isEqualTo(1);
      assertThat(second.lastError())
          .isEqualTo(
              "fovea: train: another process is training in "
                  + run
                  + "; wait until it has ended, or stop it");
      assertThat(second.err().lines()).hasSize(1);
    }
    CommandRun again = CommandRun.of("train", "--resume", run.toString());
    assertThat(again.exit()).as(again.err()).isZero();
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
    Screen screen =
        new Screen(
            OutputStream.nullOutputStream(),
            StandardCharsets.UTF_8,
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false);
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
    try (RunFolder.Hold held = new RunFolder(run).hold()) {
      return "free: " + held;
    } catch (IOException | Failure refused) {
      return String.valueOf(refused.getMessage());
    }
  }
}

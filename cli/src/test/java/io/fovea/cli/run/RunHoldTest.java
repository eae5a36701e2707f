package io.fovea.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
}

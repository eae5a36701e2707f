package io.fovea.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.command.FoveaCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CheckedStdoutTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int summaryInto(String failure) {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(failure);
          }
        };
    return FoveaCommand.run(CommandRun.screen(broken, err), "summary", "mlp", "--json");
  }

  @Test
  void stdout_onAFullDisk_isAFailure() {
    assertThat(summaryInto("No space left on device")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualToIgnoringNewLines(
            "fovea: cannot write the results to standard output (No space left on device); redirect it to a writable file");
  }

  @Test
  void stdout_closedByItsReader_isNoFailure() {
    assertThat(summaryInto("Broken pipe")).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }
}

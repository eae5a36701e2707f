package io.fovea.cli.command.machine;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DoctorCommandTest {
  @TempDir Path folder;

  @Test
  void doctor_here_isWell() {
    CommandRun run = fovea("doctor --json");
    JsonNode json = run.json();
    assertThat(json.path("kernels").path("value").asString()).contains("vector", "lanes");
    assertThat(json.path("java").path("cure").asString()).isEmpty();
  }

  @Test
  void doctor_cacheThatIsNoFolder_findingNamesReasonAndCure() throws IOException {
    Path file = Files.writeString(folder.resolve("cache"), "x");
    DoctorCommand.Finding itself = DoctorCommand.cache(file);
    assertThat(itself.value()).isEqualTo(file + " cannot be written: it is a file");
    assertThat(itself.cure()).isEqualTo("set FOVEA_HOME to a folder that may be written");
    Path under = file.resolve("below");
    assertThat(DoctorCommand.cache(under).value())
        .startsWith(under + " cannot be written: ")
        .hasSizeGreaterThan((under + " cannot be written: ").length())
        .doesNotContain("Exception");
    assertThat(DoctorCommand.cache(folder).cure()).isEmpty();
  }
}

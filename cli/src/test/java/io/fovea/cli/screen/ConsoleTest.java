package io.fovea.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.FoveaProcess;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ConsoleTest {
  @Test
  void say_controlCharacters_areShownNotSent() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console screen = CommandRun.screen(OutputStream.nullOutputStream(), err);
    screen.say("one \u001b[31mred\u202e\r\ntwo ü");
    screen.fail("image a\u0007b: is none", "");
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "one \\u001b[31mred\\u202e\\u000d\\u000atwo ü", "fovea: image a\\u0007b: is none");
  }

  /** As the launcher does it: the JVM's own lines go nowhere, the program's to descriptor 3. */
  private static final String LAUNCH = "echo before; exec 3>&2; \"$@\" 2>/dev/null; echo after";

  @TempDir Path folder;

  @Test
  @DisabledOnOs(OS.WINDOWS) // descriptors of a shell
  void standardErrorInAFile_keepsItsPlaceBesideStandardOutputAndHasNoLineOfTheJvm()
      throws Exception {
    Path log = folder.resolve("log");
    Path missing = folder.resolve("missing.png");
    List<String> command = new ArrayList<>(List.of("sh", "-c", LAUNCH, "sh"));
    command.addAll(
        FoveaProcess.command(
            List.of("--add-opens=java.base/java.io=ALL-UNNAMED", "-Dfovea.stderr=3"),
            List.of("summary", missing.toString())));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor()).isZero();
    List<String> lines = Files.readAllLines(log);
    assertThat(lines).hasSize(3).startsWith("before").endsWith("after");
    assertThat(lines.get(1)).startsWith("fovea: ").contains(missing.toString());
  }
}

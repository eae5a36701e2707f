package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.FoveaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code fovea weights}, and the cache that it fetches into. */
class WeightsCommandTest {
  @TempDir Path folder;

  @Test
  void weightsList_names_areAllKnownOnes() {
    CommandRun run = fovea("weights list --json").done();
    assertThat(run.json().path("weights").get(0).path("name").asString()).isEqualTo("openimages");
    assertThat(fovea("weights list").out()).contains("imagenet-resnet50", "BSD-3-Clause");
    CommandRun unknown = fovea("weights fetch openimage");
    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(unknown.err()).contains("weights: no weights are named \"openimage\"");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void weightsFetch_endedByASignal_leavesNeitherFilesNorPrograms() throws Exception {
    Path programs = Files.createDirectories(folder.resolve("programs"));
    Path started = folder.resolve("started");
    Path npm =
        Files.writeString(
            programs.resolve("npm"),
            "#!/bin/sh\necho half >half.tgz\necho $$ >%s\nexec sleep 60\n".formatted(started));
    assertThat(npm.toFile().setExecutable(true)).isTrue();
    ProcessBuilder fetch =
        new ProcessBuilder(
                FoveaProcess.command(
                    List.of("-Xmx256m"), List.of("weights", "fetch", "openimages")))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    fetch.environment().put("FOVEA_HOME", folder.resolve("cache").toString());
    fetch.environment().put("PATH", programs + ":/usr/bin:/bin");
    Process process = fetch.start();
    try {
      while (!Files.exists(started) || Files.readString(started).isBlank()) {
        assertThat(process.waitFor(50, TimeUnit.MILLISECONDS)).as(log()).isFalse();
      }
      long pid = Long.parseLong(Files.readString(started).strip());
      assertThat(ProcessHandle.of(pid)).isPresent();
      Path cached = folder.resolve("cache/weights/openimages");
      assertThat(cached).isNotEmptyDirectory();

      process.destroy(); // SIGTERM

      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(cached).isEmptyDirectory();
      long deadline = System.nanoTime() + 30_000_000_000L; // less than npm's 60 s
      while (runs(pid) && System.nanoTime() < deadline) {
        Thread.sleep(50);
      }
      assertThat(runs(pid)).isFalse();
    } finally {
      process.destroyForcibly();
    }
  }

  /** False also for a killed program whose new parent has not yet seen its end: it has no name. */
  private static boolean runs(long pid) {
    return ProcessHandle.of(pid).flatMap(program -> program.info().command()).isPresent();
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "weights list|fovea: data: expects a home folder for the cache, got a user without one; set FOVEA_HOME to a folder for downloads",
        "weights fetch openimages|fovea: openimages: expects a home folder for the cache, got a user without one; set FOVEA_HOME to a folder for downloads",
        "doctor|'          -> set FOVEA_HOME to a folder that may be written'",
      })
  void homeFolder_thatIsNone_isAskedFor(String command, String expected) throws Exception {
    Path log = folder.resolve("log");
    List<String> arguments = List.of(command.split(" ", -1));
    ProcessBuilder builder =
        new ProcessBuilder(FoveaProcess.command(List.of("-Xmx256m", "-Duser.home=?"), arguments))
            .directory(Files.createDirectory(folder.resolve("here")).toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().remove("FOVEA_HOME");
    assertThat(builder.start().waitFor()).isEqualTo(1);
    assertThat(Files.readAllLines(log)).contains(expected);
    assertThat(folder.resolve("here")).isEmptyDirectory();
  }
}

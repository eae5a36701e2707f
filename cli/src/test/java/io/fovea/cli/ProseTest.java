package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Lists that readers search: decisions, what changed in each version, messages of the program. How
 * pages are written is CONTRIBUTING's matter, not a test's.
 */
class ProseTest {
  private static final Path PROJECT = Path.of("..");

  @Test
  void decisions_areAllInTheirIndex() throws IOException {
    Path folder = PROJECT.resolve("decisions");
    Map<Integer, String> titles = new TreeMap<>();
    Path spark = PROJECT.resolve("spark/README.md"); // has that of its training
    try (Stream<Path> pages = Files.list(folder)) {
      for (Path page : Stream.concat(pages, Stream.of(spark)).toList()) {
        Pattern.compile("(?m)^## (\\d+)\\. (.*)$")
            .matcher(Files.readString(page))
            .results()
            .forEach(it -> titles.put(Integer.valueOf(it.group(1)), entry(it, folder, page)));
      }
    }
    assertThat(titles).hasSizeGreaterThan(30);
    String index = Files.readString(folder.resolve("README.md")).replaceAll("\\n +", " ");
    assertThat(index.lines())
        .filteredOn(line -> line.matches("\\d+\\. .*"))
        .map(line -> line.replaceFirst("#.*", ""))
        .containsExactlyElementsOf(titles.values());
  }

  private static String entry(MatchResult title, Path folder, Path page) {
    String link = folder.relativize(page).toString().replace('\\', '/');
    return "%s. [%s](%s".formatted(title.group(1), title.group(2), link);
  }

  @Test
  void changelog_hasVersionsAndKinds() throws IOException {
    assertThat(Files.readAllLines(PROJECT.resolve("CHANGELOG.md")))
        .filteredOn(line -> line.startsWith("##"))
        .hasSizeGreaterThan(1)
        .allMatch(
            line ->
                line.matches(
                    "## \\[\\d+\\.\\d+\\.\\d+] - (unreleased|\\d{4}-\\d\\d-\\d\\d)"
                        + "|### (Added|Changed|Fixed|Performance|Removed)"));
  }

  /** A reader searches the page for the words of a log. */
  @Test
  void messages_ofTrouble_areThoseOfTheProgram() throws IOException {
    StringBuilder sources = new StringBuilder();
    for (String module : "core data transfer serve starter cli".split(" ", -1)) {
      try (Stream<Path> files = Files.walk(PROJECT.resolve(module + "/src/main/java"))) {
        for (Path file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
          sources.append(Files.readString(file));
        }
      }
    }
    List<String> said =
        Files.readAllLines(PROJECT.resolve("docs/trouble.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .flatMap(
                line -> Pattern.compile("`([^`]+)`").matcher(line.split(" \\| ", -1)[0]).results())
            .map(message -> message.group(1))
            .toList();
    assertThat(said).hasSizeGreaterThan(12).allMatch(sources.toString()::contains);
  }
}

package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Two lists that readers search are whole: the decisions, and what changed in each version. How
 * pages are written is CONTRIBUTING's matter, not a test's.
 */
class ProseTest {
  private static final Path PROJECT = Path.of("..");

  @Test
  void decisions_areAllInTheirIndex() throws IOException {
    Path folder = PROJECT.resolve("docs/decisions");
    List<String> titles = new ArrayList<>();
    try (Stream<Path> pages = Files.list(folder)) {
      for (Path page : pages.filter(file -> !file.endsWith("README.md")).sorted().toList()) {
        String title = Files.readAllLines(page).getFirst();
        titles.add(title.replaceFirst("# (\\d+\\.) (.*)", "$1 [$2](" + page.getFileName() + ")"));
      }
    }
    assertThat(titles).hasSizeGreaterThan(30);
    assertThat(Files.readAllLines(folder.resolve("README.md")).stream())
        .filteredOn(line -> line.matches("\\d+\\. .*"))
        .isEqualTo(titles);
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
}

package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The links between the project's Markdown pages, by build/Pages.java. */
class LinksTest {
  private static final String PROGRAM = "../build/Pages.java";

  @TempDir Path folder;

  /** What the program says of a project, and its exit code at the end. */
  private static String check(Path project) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("jdk.module.path", "")
                    + File.pathSeparator
                    + System.getProperty("java.class.path"),
                PROGRAM,
                project.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return said.strip().replace("\r", "") + "\nexit code " + process.waitFor();
  }

  private void page(String name, String... lines) throws Exception {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    Files.write(file, List.of(lines));
  }

  @Test
  void links_ofTheProject_leadSomewhere() throws Exception {
    assertThat(check(Path.of("..")))
        .endsWith("pages, 0 faults\nexit code 0")
        .containsPattern("links: [7-9][0-9]|links: [1-9][0-9]{2}");
  }

  @Test
  void index_linksEachPageOfDocs() throws Exception {
    assertThat(Files.readString(Path.of("../README.md"))).contains("](docs/README.md)");
    String index = Files.readString(Path.of("../docs/README.md"));
    try (Stream<Path> pages = Files.list(Path.of("../docs"))) {
      List<String> unlinked =
          pages
              .map(page -> String.valueOf(page.getFileName()))
              .filter(page -> page.endsWith(".md") && !page.equals("README.md"))
              .filter(page -> !index.contains("](" + page + ")"))
              .toList();
      assertThat(unlinked).isEmpty();
    }
  }

  @Test
  @Tag("gate")
  void links_thatLeadNowhere_areNamedWithTheirPages() throws Exception {
    page(
        "README.md",
        "# Home",
        "[a](docs/a.md) [b](docs/a.md#two-words-of-x) [c](docs/a.md#none) [d](docs/none.md)",
        "[e](docs) [f](#home) [g](../outside.md) [h](https://example.org/none) ![i](none.png)",
        "[l](/etc/hostname) [m](%2Fetc%2Fhostname)",
        "`[no](link.md)` [j](docs/a.md#twice-1) [k](docs/a.md#twice-2)");
    page("docs/a.md", "# A", "## Two words, of `x`!", "[up](../README.md)", "## Twice", "## Twice");
    page("target/b.md", "[left out](none.md)");
    assertThat(check(folder))
        .isEqualTo(
            """
            README.md: the link to docs/a.md#none: the page has no such heading
            README.md: the link to docs/none.md: there is no such file
            README.md: the link to docs: there is no such file
            README.md: the link to ../outside.md: there is no such file
            README.md: the link to none.png: there is no such file
            README.md: the link to /etc/hostname: it is absolute; start at the page's folder
            README.md: the link to %2Fetc%2Fhostname: it is absolute; start at the page's folder
            README.md: the link to docs/a.md#twice-2: the page has no such heading
            links: 2 pages, 8 faults
            exit code 1""");
  }
}

package io.fovea.cli;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How the project's pages are written (CONTRIBUTING.md). */
class ProseTest {
  private static final Path PROJECT = Path.of("..");
  private static final int LONGEST = 120;

  /** The headings of a decision page, and how many words of text it has at most. */
  private static final List<String> DECISION_HEADINGS =
      List.of("Context", "Decision", "Measurements", "Rejected", "Consequences");

  private static final int MOST_WORDS = 800;

  /** The words of any other page, outside of code. */
  private static final int MOST_WORDS_OF_A_PAGE = 1500;

  /** Pages in docs, the book, decisions and results left out. It may only fall. */
  private static final int MOST_PAGES = 30;

  /** Pages that readers read from beginning to end; not logs, tables of measurements, chapters. */
  private static final Pattern PAGE =
      Pattern.compile(
          "(README|ARCHITECTURE|CONTRIBUTING|SECURITY|docs/[^/]*|docs/results/.*|bench/README)\\.md");

  /** What CHANGELOG.md sorts changes by. */
  private static final List<String> KINDS =
      List.of("### Added", "### Changed", "### Fixed", "### Performance", "### Removed");

  /** Pages whose commands and snippets readers copy. */
  private static final Pattern COPIED =
      Pattern.compile("(README|ARCHITECTURE|CONTRIBUTING|docs/[^/]*)\\.md");

  private record Line(Path page, int number, String text) {
    @Override
    public String toString() {
      return page + ":" + number + ": " + text;
    }
  }

  /** All lines of pages inside of code blocks, or outside. */
  private static List<Line> lines(boolean inCode) throws IOException {
    List<Line> found = new ArrayList<>();
    for (Path page : pages(PROJECT)) {
      boolean isCode = false;
      List<String> lines = Files.readAllLines(page);
      for (int i = 0; i < lines.size(); i++) {
        boolean isFence = lines.get(i).strip().startsWith("```");
        isCode ^= isFence;
        if (isCode == inCode && !isFence) {
          found.add(new Line(PROJECT.relativize(page), i + 1, lines.get(i)));
        }
      }
    }
    return found;
  }

  /** All lines of pages that people read as text: no code, no tables, no formulas. */
  private static List<Line> prose() throws IOException {
    return lines(false).stream()
        .filter(line -> !line.text().matches("\\s*(\\||\\$\\$|<|!\\[|    ).*"))
        .toList();
  }

  private static List<Path> pages(Path project) throws IOException {
    List<Path> pages = new ArrayList<>();
    Files.walkFileTree(
        project,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            String name = path.getFileName().toString();
            boolean isForeign =
                name.equals("target") || name.equals("runs") || name.equals("node_modules");
            return !path.equals(project) && (isForeign || name.startsWith("."))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            if (path.toString().endsWith(".md")) {
              pages.add(path);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return pages;
  }

  @Test
  void lines_ofPages_haveAtMost120Characters() throws IOException {
    assertThat(prose())
        .hasSizeGreaterThan(1000)
        .filteredOn(line -> line.text().length() > LONGEST && line.text().strip().contains(" "))
        .isEmpty();
  }

  @Test
  void code_onPagesToCopyFrom_hasAtMost120Characters() throws IOException {
    assertThat(lines(true))
        .filteredOn(line -> COPIED.matcher(line.page().toString().replace('\\', '/')).matches())
        .hasSizeGreaterThan(200)
        .filteredOn(line -> line.text().length() > LONGEST)
        .isEmpty();
  }

  private static String name(Path page) {
    return page.toString().replace('\\', '/');
  }

  @Test
  void pages_areShortAndFew() throws IOException {
    Map<String, Integer> words = new TreeMap<>();
    for (Line line : lines(false)) {
      if (PAGE.matcher(name(line.page())).matches()) {
        words.merge(
            name(line.page()),
            (int) Pattern.compile("\\S*[\\p{L}\\d]\\S*").matcher(line.text()).results().count(),
            Integer::sum);
      }
    }
    assertThat(words).as("words").hasSizeGreaterThan(30);
    words.values().removeIf(count -> count <= MOST_WORDS_OF_A_PAGE);
    assertThat(words).as("say less, or split the page along a natural line").isEmpty();
    try (Stream<Path> docs = Files.list(PROJECT.resolve("docs"))) {
      assertThat(docs.filter(file -> file.toString().endsWith(".md")))
          .as("pages in docs: a new page replaces another")
          .hasSizeLessThanOrEqualTo(MOST_PAGES);
    }
  }

  @Test
  void decisions_haveFiveHeadingsAndAtMost800Words() throws IOException {
    Map<Path, List<String>> pages =
        prose().stream()
            .filter(line -> line.page().startsWith(Path.of("docs", "decisions")))
            .filter(line -> !line.page().endsWith("README.md"))
            .collect(groupingBy(Line::page, TreeMap::new, mapping(Line::text, toList())));
    assertThat(pages).hasSizeGreaterThan(30);
    pages.forEach(
        (page, lines) -> {
          assertThat(lines.stream().filter(line -> line.startsWith("## ")).map(h -> h.substring(3)))
              .as("headings of " + page)
              .isEqualTo(DECISION_HEADINGS);
          assertThat(lines.stream().mapToInt(line -> line.strip().split("\\s+").length).sum())
              .as("words of " + page)
              .isLessThanOrEqualTo(MOST_WORDS);
        });
  }

  @Test
  void decisions_areAllInTheirIndex() throws IOException {
    Path folder = PROJECT.resolve("docs").resolve("decisions");
    List<String> lines = Files.readAllLines(folder.resolve("README.md"));
    List<String> listed = lines.stream().filter(line -> line.matches("\\d+\\. .*")).toList();
    List<String> titles = new ArrayList<>();
    for (Path page : pages(folder).stream().sorted().toList()) {
      String title = Files.readAllLines(page).getFirst();
      if (!page.endsWith("README.md")) {
        titles.add(title.replaceFirst("# (\\d+\\.) (.*)", "$1 [$2](" + page.getFileName() + ")"));
      }
    }
    assertThat(listed).isEqualTo(titles);
  }

  @Test
  void changelog_hasVersionsKindsAndShortEntries() throws IOException {
    List<String> lines = Files.readAllLines(PROJECT.resolve("CHANGELOG.md"));
    assertThat(lines.stream().filter(line -> line.startsWith("## ")))
        .isNotEmpty()
        .allMatch(
            line -> line.matches("## \\[\\d+\\.\\d+\\.\\d+] - (unreleased|\\d{4}-\\d\\d-\\d\\d)"));
    assertThat(lines.stream().filter(line -> line.startsWith("###")))
        .isNotEmpty()
        .isSubsetOf(KINDS);
    for (int i = 2; i < lines.size(); i++) {
      assertThat(lines.get(i).startsWith("  ") && lines.get(i - 1).startsWith("  "))
          .as("line %d of CHANGELOG.md is the third of its entry", i + 1)
          .isFalse();
    }
  }
}

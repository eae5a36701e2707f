package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** How the project's pages are written (CONTRIBUTING.md). */
class ProseTest {
  private static final Path PROJECT = Path.of("..");
  private static final int LONGEST = 120;

  /** Words of our own for what the field has a word for. */
  private static final List<String> PRIVATE_WORDS =
      List.of(
          "the way back",
          "at the speed of the machine",
          "rectified inside",
          "a turn to compute",
          "second cache",
          "first cache",
          "third cache",
          "falls on the next",
          "meet the same part",
          "go straight to their places");

  private record Line(Path page, int number, String text) {
    @Override
    public String toString() {
      return page + ":" + number + ": " + text;
    }
  }

  /** All lines of pages that people read as text: no code, no tables, no formulas. */
  private static List<Line> prose() throws IOException {
    List<Line> prose = new ArrayList<>();
    for (Path page : pages(PROJECT)) {
      boolean isCode = false;
      List<String> lines = Files.readAllLines(page);
      for (int i = 0; i < lines.size(); i++) {
        String text = lines.get(i);
        boolean isFence = text.strip().startsWith("```");
        isCode ^= isFence;
        if (!isCode && !isFence && !text.matches("\\s*(\\||\\$\\$|<|!\\[|    ).*")) {
          prose.add(new Line(PROJECT.relativize(page), i + 1, text));
        }
      }
    }
    return prose;
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
  void words_ofOurOwn_areNotOnPages() throws IOException {
    assertThat(prose())
        .filteredOn(line -> !line.page().startsWith(Path.of("bench", "history")))
        .filteredOn(
            line -> PRIVATE_WORDS.stream().anyMatch(line.text().toLowerCase(Locale.ROOT)::contains))
        .isEmpty();
  }
}

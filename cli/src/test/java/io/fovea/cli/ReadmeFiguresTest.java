package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every measured figure of README stands on the page that its paragraph or row links to: a ratio in
 * the row of the same name in bench/RESULTS.md, another figure in the section of the link.
 */
class ReadmeFiguresTest {
  private static final Path PROJECT = Path.of("..");
  private static final String RESULTS = "bench/RESULTS.md";
  private static final String NUMBER = "\\d[\\d,]*(?:\\.\\d+)?";

  private static final Pattern LINK =
      Pattern.compile("\\]\\(((?:bench|docs)/[^)#]+\\.md)(?:#([^)]+))?\\)");

  /** A number with a unit, or two of them: "94.22 to 94.61 %". */
  private static final Pattern MEASURED =
      Pattern.compile(
          "(?<![\\w.,-])(?:(N)(?: to | and ))?(N) ?(?:%|(?:s|ms|us|seconds|minutes|hours|KB|MB|GB|bytes|images/s)\\b)"
              .replace("N", NUMBER));

  /** A number with digits behind its point that is no version: "0.83 of its speed". */
  private static final Pattern DECIMAL =
      Pattern.compile("(?<!(?:Maven|JDK) )(?<![\\w.-])(\\d+\\.\\d+)(?![\\w.]*\\w)");

  private static final Pattern DATE = Pattern.compile("(?<!\\d)\\d{1,2} [A-Z][a-z]+ 20\\d\\d");
  private static final Pattern CAPTION =
      Pattern.compile("(\\d+ cores of [^;]+?), (JDK [\\d.]+), (" + DATE + ")");

  private static String read(String page) throws IOException {
    return Files.readString(PROJECT.resolve(page));
  }

  /** The lines below a heading, by its anchor, up to the next heading; the whole page for none. */
  private static String section(String page, String anchor) throws IOException {
    StringBuilder section = new StringBuilder();
    boolean inside = anchor.isEmpty();
    for (String line : read(page).lines().toList()) {
      if (line.startsWith("#") && !anchor.isEmpty()) {
        String name = line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT);
        inside = name.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-').equals(anchor);
      }
      if (inside) {
        section.append(line).append('\n');
      }
    }
    return section.toString();
  }

  /** Paragraphs and rows of tables, a line each; without code. */
  private static List<String> blocks(String readme) {
    List<String> blocks = new ArrayList<>();
    String text = readme.replaceAll("(?s)```.*?```", "\n");
    for (String paragraph : text.split("\\n\\s*\\n", -1)) {
      if (paragraph.strip().startsWith("|")) {
        paragraph.strip().lines().forEach(blocks::add);
      } else {
        blocks.add(paragraph.strip().replaceAll("\\s+", " "));
      }
    }
    return blocks;
  }

  private static List<String> cells(String row) {
    String cells = row.strip().replaceAll("^\\||\\|$", "");
    return Arrays.stream(cells.split("\\|", -1))
        .map(cell -> cell.replace("*", "").strip())
        .toList();
  }

  private static List<String> numbers(List<String> cells) {
    return Pattern.compile("(?<![\\w.])" + NUMBER)
        .matcher(String.join(" | ", cells))
        .results()
        .map(MatchResult::group)
        .toList();
  }

  /** Whether all of some numbers are among others, in the same order. */
  private static boolean follow(List<String> some, List<String> others) {
    int found = 0;
    for (String other : others) {
      found += found < some.size() && some.get(found).equals(other) ? 1 : 0;
    }
    return found == some.size() && found > 0;
  }

  private static boolean isRatio(String block) {
    return block.startsWith("|")
        && block.contains("](" + RESULTS + "#")
        && cells(block).size() == 5;
  }

  /** Fovea, rival and ratio of a row, held against the row of that name in the section. */
  private static Stream<String> ratioFaults(String row) throws IOException {
    List<String> cells = cells(row);
    Matcher link = LINK.matcher(row);
    assertThat(link.find()).isTrue();
    String name = cells.get(1);
    boolean isThere =
        section(RESULTS, link.group(2))
            .lines()
            .filter(line -> line.startsWith("|") && cells(line).getFirst().equals(name))
            .map(line -> cells(line).subList(1, cells(line).size()))
            .anyMatch(line -> follow(numbers(cells.subList(2, 5)), numbers(line)));
    return isThere
        ? Stream.empty()
        : Stream.of("%s#%s has no row %s".formatted(RESULTS, link.group(2), row));
  }

  /** The figures of a text: what is measured, and dates. */
  private static List<String> figures(String block) {
    String text = LINK.matcher(block).replaceAll("]");
    List<String> figures = new ArrayList<>();
    for (Pattern pattern : List.of(MEASURED, DECIMAL, DATE)) {
      Matcher matcher = pattern.matcher(text);
      while (matcher.find()) {
        for (int group = Math.min(1, matcher.groupCount());
            group <= matcher.groupCount();
            group++) {
          if (matcher.group(group) != null) {
            figures.add(matcher.group(group));
          }
        }
      }
    }
    return figures;
  }

  private static boolean stands(String figure, String text) {
    return Pattern.compile("(?<![\\w.,])" + Pattern.quote(figure) + "(?!\\w|[.,]\\d)")
        .matcher(text)
        .find();
  }

  private static List<String> faults(String readme) throws IOException {
    List<String> faults = new ArrayList<>();
    for (String block : blocks(readme)) {
      if (isRatio(block)) {
        ratioFaults(block).forEach(faults::add);
        continue;
      }
      if (figures(block).isEmpty()) {
        continue;
      }
      StringBuilder linked = new StringBuilder();
      Matcher link = LINK.matcher(block);
      while (link.find()) {
        assertThat(read(link.group(1))).as("%s: a date", link.group(1)).contains("2026");
        linked.append(section(link.group(1), link.group(2) == null ? "" : link.group(2)));
      }
      figures(block).stream()
          .filter(figure -> !stands(figure, linked.toString()))
          .map(figure -> "%s is on no page that is linked in: %s".formatted(figure, block))
          .forEach(faults::add);
    }
    Matcher caption = CAPTION.matcher(readme.replaceAll("\\s+", " "));
    String results = read(RESULTS).replaceAll("\\s+", " ");
    if (!caption.find()) {
      faults.add("no machine, JDK and date below the ratios");
      return faults;
    }
    for (int group = 1; group <= caption.groupCount(); group++) {
      if (!results.contains(caption.group(group))) {
        faults.add("%s does not say: %s".formatted(RESULTS, caption.group(group)));
      }
    }
    return faults;
  }

  @Test
  void figures_ofReadme_standOnTheirPages() throws IOException {
    String readme = read("README.md");
    assertThat(blocks(readme)).filteredOn(ReadmeFiguresTest::isRatio).hasSize(5);
    assertThat(blocks(readme).stream().mapToInt(block -> figures(block).size()).sum())
        .isGreaterThan(10);
    assertThat(faults(readme)).isEmpty();
  }

  /** A figure that is put before the true one's digits is missed, wherever it is. */
  @Test
  void figures_changed_areMissed() throws IOException {
    String readme = read("README.md");
    for (String block : blocks(readme)) {
      List<String> figures = isRatio(block) ? numbers(cells(block).subList(2, 5)) : figures(block);
      for (String figure : figures) {
        String part = block.contains(figure + " ") ? figure + " " : figure;
        assertThat(readme).contains(part);
        assertThat(faults(readme.replaceFirst(Pattern.quote(part), "7" + part)))
            .as("7%s for %s in: %s", figure, figure, block)
            .isNotEmpty();
      }
    }
  }

  /** Commands and programs promise nothing: figures stand where they have a link. */
  @Test
  void code_ofReadme_hasNoFigures() throws IOException {
    String readme = read("README.md").replaceAll("(?s)```[a-z]+\\n.*?```", "");
    Matcher code = Pattern.compile("(?s)```\\n.*?```").matcher(readme);
    int blocks = 0;
    while (code.find()) {
      blocks++;
      assertThat(MEASURED.matcher(code.group()).find()).as(code.group()).isFalse();
      assertThat(code.group().lines().toList())
          .as("at most five commands, each of less than 100 characters")
          .hasSizeLessThanOrEqualTo(7)
          .allMatch(line -> line.length() < 100);
    }
    assertThat(blocks).isGreaterThan(3);
  }
}

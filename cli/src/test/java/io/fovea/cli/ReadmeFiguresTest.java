package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every measured figure of README stands on the page that its paragraph or row links to: a ratio in
 * the row of the same name in bench/RESULTS.md, beside the fastest rival of that row, another
 * figure in the section of the link. Rows where Fovea loses are not left out.
 */
class ReadmeFiguresTest {
  private static final Path PROJECT = Path.of("..");
  private static final String RESULTS = "bench/RESULTS.md";

  /** Below this ratio a row must be in README. */
  private static final double LOSS = 0.95;

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

  private static final Pattern DATE = Pattern.compile("(?<!\\d)\\d{1,3} [A-Z][a-z]+ 20\\d\\d");
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
        inside = RivalRow.anchor(line).equals(anchor);
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

  private static boolean isRatio(String block) {
    return block.startsWith("|")
        && block.contains("](" + RESULTS + "#")
        && RivalRow.cells(block).size() == 5;
  }

  /** Fovea, the fastest rival and the ratio of a row, held against the row of that name. */
  private static Stream<String> ratioFaults(String row) throws IOException {
    List<String> cells = RivalRow.cells(row);
    Matcher link = LINK.matcher(row);
    assertThat(link.find()).isTrue();
    return RivalRow.all(read(RESULTS)).stream()
        .filter(it -> it.section().equals(link.group(2)) && it.name().equals(cells.get(1)))
        .findFirst()
        .map(it -> ratioFaults(it, cells))
        .orElse(Stream.of("%s#%s has no row %s".formatted(RESULTS, link.group(2), cells.get(1))));
  }

  private static Stream<String> ratioFaults(RivalRow measured, List<String> cells) {
    String rival = measured.rival() + " " + median(measured.rivalCell());
    List<String> expected = List.of(median(measured.fovea()), rival, measured.ratio());
    return cells.subList(2, 5).equals(expected)
        ? Stream.empty()
        : Stream.of(
            "%s: expected %s with the fastest rival, got %s"
                .formatted(measured.name(), expected, cells.subList(2, 5)));
  }

  /** A cell without what it says of single rounds. */
  private static String median(String cell) {
    return cell.replaceFirst(" \\(.*", "");
  }

  /** Rows that Fovea loses, and that README neither shows nor names with their ratio. */
  private static Stream<String> losses(String readme) throws IOException {
    return RivalRow.all(read(RESULTS)).stream()
        .filter(row -> row.least() < LOSS)
        .filter(row -> blocks(readme).stream().noneMatch(block -> names(block, row)))
        .map(row -> "%s loses (%s), and README does not say so".formatted(row.name(), row.ratio()));
  }

  private static boolean names(String block, RivalRow row) {
    return isRatio(block)
        ? block.contains("#" + row.section() + ")")
            && RivalRow.cells(block).get(1).equals(row.name())
        : block.contains("%s (%s)".formatted(row.name(), row.ratio()));
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
    losses(readme).forEach(faults::add);
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
    assertThat(blocks(readme)).filteredOn(ReadmeFiguresTest::isRatio).hasSizeBetween(8, 12);
    assertThat(blocks(readme).stream().mapToInt(block -> figures(block).size()).sum())
        .isGreaterThan(10);
    assertThat(faults(readme)).isEmpty();
  }

  /** A figure that is put before the true one's digits is missed, wherever it is. */
  @Test
  void figures_changed_areMissed() throws IOException {
    String readme = read("README.md");
    for (String block : blocks(readme)) {
      if (isRatio(block)) {
        for (String cell : RivalRow.cells(block).subList(2, 5)) {
          String wrong = block.replace(cell, cell.replaceFirst("\\d", "7$0"));
          assertThat(faults(readme.replace(block, wrong))).as(wrong).isNotEmpty();
        }
        continue;
      }
      for (String figure : figures(block)) {
        String part = block.contains(figure + " ") ? figure + " " : figure;
        assertThat(readme).contains(part);
        assertThat(faults(readme.replaceFirst(Pattern.quote(part), "7" + part)))
            .as("7%s for %s in: %s", figure, figure, block)
            .isNotEmpty();
      }
    }
  }

  /** PyTorch is faster than TensorFlow in resnet8's row: to name TensorFlow is a fault. */
  @Test
  void rivals_thatAreNotTheFastest_areMissed() throws IOException {
    String readme = read("README.md");
    for (String other : List.of("TensorFlow 1,653", "DJL 1,308")) {
      assertThat(faults(readme.replace("PyTorch 1,827", other)))
          .anyMatch(fault -> fault.startsWith("resnet8, 64: expected") && fault.contains(other));
    }
  }

  @Test
  void losses_leftOut_areMissed() throws IOException {
    String readme = read("README.md");
    List<RivalRow> losses =
        RivalRow.all(read(RESULTS)).stream().filter(row -> row.least() < LOSS).toList();
    assertThat(losses).isNotEmpty();
    for (RivalRow loss : losses) {
      String without =
          readme.lines().filter(line -> !names(line, loss)).collect(Collectors.joining("\n"));
      assertThat(faults(without)).anyMatch(fault -> fault.startsWith(loss.name() + " loses"));
    }
  }

  /** README's ranges of memory are the least and the most of the tables' last columns. */
  @Test
  void memory_ofReadme_coversAllRows() throws IOException {
    String readme = read("README.md").replaceAll("\\s+", " ");
    assertThat(readme)
        .contains(range("memory-of-onnx-models", "\\S+, 1") + " times ONNX Runtime's")
        .contains(range("training", "\\S+, \\d+") + " times PyTorch's");
  }

  private static String range(String section, String names) throws IOException {
    List<String> ratios =
        section(RESULTS, section)
            .lines()
            .dropWhile(line -> !line.contains("Fovea's /"))
            .filter(line -> RivalRow.cells(line).getFirst().matches(names))
            .map(line -> RivalRow.cells(line).getLast())
            .sorted()
            .toList();
    return ratios.getFirst() + " to " + ratios.getLast();
  }

  /** bench/rivals/chart draws it anew. */
  @Test
  void picture_ofTheRatios_isThatOfTheTables() throws IOException {
    List<String> bars =
        Pattern.compile(">([^<]+) <tspan class=\"quiet\">([^<]+)<")
            .matcher(read("bench/results.svg"))
            .results()
            .map(bar -> bar.group(2) + " " + bar.group(1))
            .toList();
    assertThat(bars)
        .isEqualTo(
            RivalRow.all(read(RESULTS)).stream()
                .map(row -> row.rival() + " " + row.ratio())
                .toList());
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
    assertThat(blocks).isGreaterThanOrEqualTo(2);
  }
}

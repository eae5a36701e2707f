package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Figures beside rivals are the newest of bench/results.json; {@code mvn test -pl cli -am
 * -Dtest=ReadmeFiguresTest -Dfigures=write -Dsurefire.failIfNoSpecifiedTests=false} writes them
 * into README and bench/RESULTS.md. Every other measured figure of README stands on the page that
 * its paragraph or row links to.
 */
class ReadmeFiguresTest {
  private static final Path PROJECT = Path.of("..");

  private static final Pattern LINK =
      Pattern.compile("\\]\\(((?:bench|docs)/[^)#]+\\.md)(?:#([^)]+))?\\)");

  /** A number with a unit, or two of them: "94.22 to 94.61 %". */
  private static final String MEASURED =
      "(?<![\\w.,-])(?:(?<from>N)(?: to | and ))?(?<to>N) ?(?:%|(?:s|ms|us|seconds|minutes|hours|KB|MB|GB|bytes|images/s)\\b)"
          .replace("N", "\\d[\\d,]*(?:\\.\\d+)?");

  /** Or one with digits behind its point that is no version, or a date. */
  private static final Pattern FIGURE =
      Pattern.compile(
          MEASURED
              + "|(?<!(?:Maven|JDK) )(?<![\\w.-])(?<decimal>\\d+\\.\\d+)(?![\\w.]*\\w)|(?<date>\\d{1,2} [A-Z][a-z]+ 20\\d\\d)");

  private static String read(String page) throws IOException {
    return Files.readString(PROJECT.resolve(page));
  }

  @Test
  void figures_besideRivals_areTheNewest() throws IOException {
    BenchFigures figures = new BenchFigures();
    assertThat(figures.measurements()).map(it -> it.path("date").asString()).isSorted();
    for (String page : List.of("README.md", "bench/RESULTS.md")) {
      String made = figures.fill(read(page));
      if ("write".equals(System.getProperty("figures"))) {
        Files.writeString(PROJECT.resolve(page), made);
      }
      assertThat(read(page)).as("%s: -Dfigures=write", page).isEqualTo(made);
    }
    String byHand = BenchFigures.BLOCK.matcher(read("bench/RESULTS.md")).replaceAll("");
    assertThat(byHand.lines().filter(line -> line.startsWith("|")))
        .as("rows beside rivals come from results.json")
        .noneMatch(line -> line.matches(".*(PyTorch|TensorFlow|DJL|ONNX Runtime).*"));
    assertThat(read("README.md")).contains("<!-- results: README -->");
  }

  /** What {@code bench/rivals/run all} measures has a row, so that none is left out for losing. */
  @Test
  void networks_ofTheComparison_haveRows() throws IOException {
    List<String> rows =
        new BenchFigures().rows(512, "").stream().map(BenchFigures.Row::name).toList();
    String trained =
        quoted(
            "bench/rivals/src/main/java/io/fovea/rivals/compare/RivalsCommand.java", "TRAINED =");
    assertThat(trained.split(",", -1))
        .allMatch(it -> rows.stream().anyMatch(row -> row.matches(it + ", \\d\\d")));
    String files = quoted("bench/onnx/torchvision_models.py", "NAMES = (");
    assertThat(files.split(" ", -1))
        .allMatch(it -> rows.contains(it + ", 1") && rows.contains(it + ", 8"));
  }

  /** The texts in quotation marks behind a word, up to a line that ends with none. */
  private static String quoted(String file, String word) throws IOException {
    String source = read(file);
    Matcher text = Pattern.compile("\\s*\"([^\"]*)\"").matcher(source);
    text.region(source.indexOf(word) + word.length(), source.length());
    StringBuilder quoted = new StringBuilder();
    while (text.lookingAt()) {
      quoted.append(text.group(1));
      text.region(text.end(), source.length());
    }
    return quoted.toString();
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

  /** Paragraphs and rows of tables, a line each; without code and what is made. */
  private static List<String> blocks(String readme) {
    String text =
        BenchFigures.BLOCK.matcher(readme).replaceAll("").replaceAll("(?s)```.*?```", "\n");
    return Stream.of(text.split("\\n\\s*\\n", -1))
        .flatMap(
            it ->
                it.strip().startsWith("|")
                    ? it.strip().lines()
                    : Stream.of(it.strip().replaceAll("\\s+", " ")))
        .toList();
  }

  private static List<String> figures(String block) {
    List<String> figures = new ArrayList<>();
    Matcher figure = FIGURE.matcher(LINK.matcher(block).replaceAll("]"));
    while (figure.find()) {
      Stream.of("from", "to", "decimal", "date")
          .map(figure::group)
          .filter(it -> it != null)
          .forEach(figures::add);
    }
    return figures;
  }

  private static List<String> faults(String readme) throws IOException {
    List<String> faults = new ArrayList<>();
    for (String block : blocks(readme)) {
      StringBuilder linked = new StringBuilder();
      Matcher link = LINK.matcher(block);
      while (link.find()) {
        linked.append(section(link.group(1), link.group(2) == null ? "" : link.group(2)));
      }
      figures(block).stream()
          .filter(
              it ->
                  !Pattern.compile("(?<![\\w.,])" + Pattern.quote(it) + "(?!\\w|[.,]\\d)")
                      .matcher(linked)
                      .find())
          .map(it -> "%s is on no page that is linked in: %s".formatted(it, block))
          .forEach(faults::add);
    }
    return faults;
  }

  @Test
  void figures_ofReadme_standOnTheirPages() throws IOException {
    assertThat(faults(read("README.md"))).isEmpty();
  }

  /** Commands promise nothing: figures stand where they have a link. */
  @Test
  void commands_ofReadme_haveNoFigures() throws IOException {
    assertThat(Pattern.compile("(?s)```\\n.*?```").matcher(read("README.md")).results())
        .hasSizeGreaterThanOrEqualTo(2)
        .allSatisfy(code -> assertThat(code.group()).doesNotContainPattern(MEASURED));
  }
}

package io.fovea.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.fovea.cli.CommandRun;
import io.fovea.cli.PagePrograms;
import io.fovea.cli.train.flags.Settings;
import io.fovea.cli.train.flags.TrainFlags;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Every fovea command that a document shows is one that the command line takes: its verb, its flags
 * and the values of a training's flags. And every Java snippet is held against a file that is
 * compiled.
 */
class DocumentedCommandsTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern CODE = Pattern.compile("`((?:\\./)?fovea [^`]+)`");
  private static final Pattern TOKEN = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

  /** A redirection or another command, outside of quotes. */
  private static final String AFTER = "^((?:[^\"]|\"[^\"]*\")*?)(?: [12]?>| \\|| &&).*";

  /** Made once; what it holds of a line is over with the next. */
  private static final CommandLine COMMANDS =
      FoveaCommand.commands(
          CommandRun.screen(OutputStream.nullOutputStream(), OutputStream.nullOutputStream()), "");

  /** Who compiles the Java of a document and holds it against its own text. */
  private static final Map<String, String> JAVA =
      Map.of(
          "docs/extending.md", "cli/src/test/java/io/fovea/cli/ExtendingTest.java",
          "docs/serving.md", "cli/src/test/java/io/fovea/cli/command/ServeProgramTest.java",
          "docs/spring-boot.md",
              "starter/src/test/java/io/fovea/spring/sample/SampleApplicationTest.java",
          "spark/README.md", "spark/src/test/java/io/fovea/spark/documents/DocumentsTest.java",
          "docs/network-json.md",
              "format/src/test/java/io/fovea/format/network/ModelFormatDocTest.java",
          "docs/book/what-the-numpy-version-gets-wrong.md", "tutorial/TwoLayerCnn.java");

  /**
   * A command in a document.
   *
   * @param inSentence in the middle of a text, where its arguments may be left out
   */
  record Shown(String file, String text, boolean inSentence) {
    @Override
    public String toString() {
      return file + ": " + text;
    }
  }

  private static String java(String document) {
    return Objects.requireNonNull(JAVA.get(document), document);
  }

  private static List<Path> documents() throws IOException {
    List<Path> all = new ArrayList<>();
    for (String name : List.of("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md")) {
      all.add(ROOT.resolve(name));
    }
    for (String folder : List.of("docs", "bench")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
        files
            .filter(file -> file.toString().endsWith(".md"))
            .filter(file -> !file.toString().contains("target"))
            .forEach(all::add);
      }
    }
    return all;
  }

  private static String name(Path file) {
    return ROOT.relativize(file).toString().replace('\\', '/');
  }

  static List<Shown> commands() throws IOException {
    List<Shown> all = new ArrayList<>();
    for (Path file : documents()) {
      for (String line : Files.readAllLines(file)) {
        String text = line.strip();
        if (text.matches("(\\./)?fovea [a-z].*")) {
          for (String one : text.split(" {2,}(?=\\./fovea )", -1)) {
            all.add(new Shown(name(file), one, false));
          }
          continue;
        }
        Matcher code = CODE.matcher(line);
        while (code.find()) {
          all.add(new Shown(name(file), code.group(1), true));
        }
      }
    }
    return all;
  }

  /** As a shell would split it: without comment and redirection. */
  private static List<String> words(String command) {
    List<String> words = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(command.replaceFirst(AFTER, "$1"));
    while (matcher.find()) {
      if (matcher.group().startsWith("#")) {
        break;
      }
      String quoted = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
      words.add(quoted != null ? quoted : matcher.group(3));
    }
    return words.subList(1, words.size());
  }

  @Test
  void commands_areFound() throws IOException {
    assertThat(commands())
        .as("those of README.md among them")
        .hasSizeGreaterThan(40)
        .anyMatch(shown -> shown.file().equals("README.md") && shown.text().contains("serve"));
    assertThat(words("./fovea train a \"b c\" # d")).containsExactly("train", "a", "b c");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void command_isOneOfTheCommandLines(Shown shown) {
    List<String> words = words(shown.text());
    ParseResult parsed;
    try {
      parsed = COMMANDS.parseArgs(words.toArray(String[]::new));
    } catch (MissingParameterException missing) {
      assertThat(shown.inSentence()).as("%s", missing.getMessage()).isTrue();
      return;
    }
    assertThat(parsed.hasSubcommand()).as("a verb").isTrue();
    if (List.of("train", "spark-train").contains(words.getFirst())) {
      Map<String, String> flags = TrainFlags.given(parsed.subcommand());
      flags.values().removeIf(value -> value.matches("[A-Z]+|\\$\\w+"));
      assertThatCode(() -> Settings.ofNewRun(flags)).doesNotThrowAnyException();
    }
  }

  @Test
  void java_ofEveryDocument_isHeldAgainstSomethingCompiled() throws IOException {
    for (Path file : documents()) {
      boolean isRun = PagePrograms.PAGES.contains(name(file));
      if (!isRun && Files.readString(file).contains("```java")) {
        assertThat(JAVA).containsKey(name(file));
        assertThat(ROOT.resolve(java(name(file)))).exists();
      }
    }
    String pages =
        "docs/extending.md docs/serving.md docs/network-json.md spark/README.md docs/spring-boot.md";
    for (String document : pages.split(" ", -1)) {
      assertThat(Files.readString(ROOT.resolve(java(document))))
          .as("reads the document")
          .contains(document.substring(document.lastIndexOf('/') + 1));
    }
  }

  /** The lines that are right are the tutorial's, which is compiled and tested. */
  @Test
  void java_ofWhatTheNumpyVersionGetsWrong_isTheTutorials() throws IOException {
    String book = "docs/book/what-the-numpy-version-gets-wrong.md";
    String tutorial = bare(Files.readString(ROOT.resolve(java(book))));
    Matcher block =
        Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(ROOT.resolve(book)));
    int blocks = 0;
    while (block.find()) {
      blocks++;
      for (String line : block.group(1).strip().split("\\n", -1)) {
        assertThat(tutorial).as(line).contains(bare(line));
      }
    }
    assertThat(blocks).isGreaterThan(5);
  }

  /** Without comments and space. */
  private static String bare(String java) {
    return java.replaceAll("//.*", "").replaceAll("\\s+", "");
  }
}

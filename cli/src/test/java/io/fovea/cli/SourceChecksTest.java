package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the build says of sources: {@code build/Format.java} and {@code build/Sizes.java}. */
@Tag("gate")
@Timeout(120)
class SourceChecksTest {
  private static final Path PROJECT = Path.of("..");

  private record Result(int exit, String output) {}

  @TempDir Path folder;
  private Path sources;

  @BeforeEach
  void sources() throws IOException {
    sources = Files.createDirectories(folder.resolve("module/src/main/java"));
    Path exceptions = Files.createDirectories(folder.resolve("build"));
    Files.writeString(exceptions.resolve("size-exceptions.txt"), "# none\n");
  }

  private static Result java(List<String> options, String program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add(PROJECT.resolve("build").resolve(program).toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  private Result format(String action) throws IOException, InterruptedException {
    Path jar = PROJECT.resolve("target").resolve("google-java-format.jar");
    assertThat(jar).as("made by mvn validate in the project's folder").exists();
    List<String> options = new ArrayList<>();
    for (String part : List.of("api", "code", "file", "parser", "tree", "util")) {
      options.add("--add-exports=jdk.compiler/com.sun.tools.javac." + part + "=ALL-UNNAMED");
    }
    options.addAll(List.of("-cp", jar.toString()));
    return java(options, "Format.java", action, folder.toString());
  }

  @Test
  void sourcesOfTheNewestSyntaxAreFormattedAndOthersNamedWithTheirLineAndTheCure()
      throws IOException, InterruptedException {
    Path newest = Path.of("studio", "src/test/java/io/fovea/studio/NewestSyntaxTest.java");
    Files.copy(PROJECT.resolve(newest), sources.resolve("NewestSyntaxTest.java"));
    Path wide = sources.resolve("Wide.java");
    Files.writeString(wide, "class Wide {\n  int  a;\n}\n");
    Path broken = sources.resolve("Broken.java");
    Files.writeString(broken, "class Broken {\n  int = ;\n}\n");
    Files.writeString(
        Files.createDirectories(folder.resolve("module/target")).resolve("Generated.java"),
        "class  Generated {}");

    Result check = format("check");

    assertThat(check.exit()).as(check.output()).isEqualTo(1);
    assertThat(check.output())
        .contains(wide + ":2: is not formatted")
        .contains(broken + ": cannot be parsed by Java " + Runtime.version().feature() + ": 2:")
        .contains("format: 2 of 3 files; to format them: mvn validate -Dformat=apply");

    Files.delete(broken);
    assertThat(format("apply")).isEqualTo(new Result(0, ""));
    assertThat(wide).hasContent("class Wide {\n  int a;\n}\n");
  }

  @Test
  void longFilesAndMethodsAreNamedAndThoseWithAReasonAreNot()
      throws IOException, InterruptedException {
    String body = "    a++; \n\n    // not counted\n".repeat(58);
    Path method = sources.resolve("Long.java");
    String text = "class Long {\n  int a;\n\n  void count() {\n" + body + "%s  }\n}\n";
    Files.writeString(method, text.formatted(""));
    Path file = sources.resolve("Tall.java");
    Files.writeString(file, "// a line\n".repeat(400) + "class Tall {}\n");

    Result tall = java(List.of(), "Sizes.java", folder.toString());

    assertThat(tall.exit()).isEqualTo(1);
    assertThat(tall.output().lines())
        .containsExactly(
            file.toAbsolutePath() + ": has 401 lines, expected at most 400",
            "sizes: split what is too long, or see build/size-exceptions.txt");

    Files.delete(file);
    assertThat(java(List.of(), "Sizes.java", folder.toString())).isEqualTo(new Result(0, ""));
    Files.writeString(method, text.formatted("    a--;\n"));
    assertThat(java(List.of(), "Sizes.java", folder.toString()).output())
        .contains("Long.java:4: method count has 61 lines, expected at most 60");
    Files.writeString(folder.resolve("build/size-exceptions.txt"), "# why\nLong.java\n");
    assertThat(java(List.of(), "Sizes.java", folder.toString())).isEqualTo(new Result(0, ""));
  }
}

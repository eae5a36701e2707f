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

/**
 * What the build says of sources and classes: {@code build/Format.java}, {@code build/Sizes.java}
 * and {@code build/Api.java}.
 */
@Tag("gate")
@Timeout(120)
class SourceChecksTest {
  private static final Path PROJECT = Path.of("..");

  private static final String SURFACE =
      "commands 0\nflags-of-train 0\nroutes-of-the-studio 0\nroutes-of-serve 0\nmodules 0\nexported-packages 0\npages 0\n";

  private record Result(int exit, String output) {}

  @TempDir Path folder;
  private Path sources;

  @BeforeEach
  void sources() throws IOException {
    sources = Files.createDirectories(folder.resolve("module/src/main/java"));
    Path exceptions = Files.createDirectories(folder.resolve("build"));
    Files.writeString(exceptions.resolve("size-exceptions.txt"), "# none\n");
    Files.writeString(exceptions.resolve("rooms.txt"), "module 5000\ntests 90\ntotal 5000\n");
    Files.writeString(exceptions.resolve("surface.txt"), SURFACE);
  }

  private static Result run(String tool, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(options);
    command.addFirst(Path.of(System.getProperty("java.home"), "bin", tool).toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("JAVA_TOOL_OPTIONS"); // the JVM says that it has them
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  private static String program(String name) {
    return PROJECT.resolve("build").resolve(name).toString();
  }

  private Result format(String action) throws IOException, InterruptedException {
    Path jar = PROJECT.resolve("build/target").resolve("google-java-format.jar");
    assertThat(jar).as("made by mvn validate in the project's folder").exists();
    List<String> options = new ArrayList<>();
    for (String part : List.of("api", "code", "file", "parser", "tree", "util")) {
      options.add("--add-exports=jdk.compiler/com.sun.tools.javac." + part + "=ALL-UNNAMED");
    }
    options.addAll(List.of("-cp", jar.toString()));
    return run("java", options, program("Format.java"), action, folder.toString());
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

  private static final String TABLE =
      "code lines by room, and how many it may have:|[ \\d,]+  \\S+";

  private Result sizesWithTable(String... more) throws IOException, InterruptedException {
    return run("java", List.of(program("Sizes.java"), folder.toString()), more);
  }

  /** What it says besides the table of rooms. */
  private Result sizes(String... more) throws IOException, InterruptedException {
    Result all = sizesWithTable(more);
    return new Result(all.exit(), all.output().replaceAll("(?m)^(" + TABLE + ")\\R", ""));
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

    Result tall = sizes();

    assertThat(tall.exit()).isEqualTo(1);
    assertThat(tall.output().lines())
        .containsExactly(
            file.toAbsolutePath() + ": has 401 lines, expected at most 400",
            "sizes: split what is too long, or see build/*.txt for what is allowed");

    Files.delete(file);
    assertThat(sizes()).isEqualTo(new Result(0, ""));
    Files.writeString(method, text.formatted("    a--;\n"));
    assertThat(sizes().output())
        .contains("Long.java:4: method count has 61 lines, expected at most 60");
    Files.writeString(folder.resolve("build/size-exceptions.txt"), "# why\nLong.java\n");
    assertThat(sizes()).isEqualTo(new Result(0, ""));
  }

  /** The lines of code that the table has for a room. */
  private int counted(String room) throws IOException, InterruptedException {
    return sizesWithTable()
        .output()
        .lines()
        .filter(line -> line.endsWith(" 5,000  " + room))
        .mapToInt(line -> Integer.parseInt(line.substring(0, 8).strip().replace(",", "")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void commentsAndBracketsCostNothingAndJavaInATextCostsWhatItCosts()
      throws IOException, InterruptedException {
    Path source = sources.resolve("Wide.java");
    String code = "class Wide {\n  int a;\n  String b = \"/*\"; // why\n  int c;\n}\n";
    Files.writeString(source, code);
    assertThat(counted("module")).isEqualTo(4);

    String free =
        """
        package io;

        import java.util.List;
        /* A comment
           of two lines. */
        // One more.
        /** A third. */
        """;
    Files.writeString(
        source, free + code + "/**\n * The last: a --> b\n * and on;\n */\n{\n}\n);\n");
    assertThat(counted("module")).isEqualTo(4);

    Files.writeString(sources.resolve("look.css"), "/* why */\na {\n  top: 0;\n}\n");
    Files.writeString(sources.resolve("page.html"), "<!-- why -->\n<p>\n");
    Files.writeString(sources.resolve("run.js"), "// why\nlet a = 1;\n");
    assertThat(counted("module")).as("a style, a page, a script").isEqualTo(4 + 2 + 1 + 1);

    String text = "class T {\n  String a = \"\"\"\n  /* text\n  // text\n  \"\"\";\n  int b;\n}\n";
    Files.writeString(source, text);
    assertThat(counted("module")).as("text that looks like a comment").isEqualTo(6 + 4);
    Files.writeString(sources.resolve("package-info.java"), "package io;\n"); // else none is left
    Files.move(source, sources.resolve("wide.java.txt"));
    assertThat(counted("module")).as("Java that no compiler sees").isEqualTo(6 + 4);
  }

  @Test
  void roomsAndASurfaceThatOutgrowTheirNumbersAreNamed() throws IOException, InterruptedException {
    Path vector = Files.createDirectories(sources.resolve("vector"));
    Files.writeString(vector.resolve("Wide.java"), "class Wide {\n  int a;\n}\n");
    Path test = Files.createDirectories(folder.resolve("module/src/test/java"));
    Files.writeString(test.resolve("WideTest.java"), "int a;\n".repeat(40));
    Path rooms = folder.resolve("build/rooms.txt");
    Path surface = folder.resolve("build/surface.txt");
    String head = "# why\n";
    Files.writeString(rooms, head + "module 2\nmodule/src/main/java/vector 2\ntests 40\ntotal 2\n");
    Files.writeString(surface, SURFACE);
    assertThat(sizes()).isEqualTo(new Result(0, ""));

    Files.writeString(rooms, head + "module/src/main/java/vector 1\nother 9\ntests 39\ntotal 2\n");
    Files.writeString(folder.resolve("README.md"), "# A page\n");
    Path more = Files.createDirectories(folder.resolve("more/src/main/java"));
    Files.writeString(more.resolve("More.java"), "class More {}\n");
    assertThat(sizes().output().lines())
        .containsExactly(
            "more: holds main code, expected a line in " + rooms,
            "other: has no main code, delete its line in " + rooms,
            "module/src/main/java/vector: has 2, " + rooms + " allows 1",
            "tests: has 40, " + rooms + " allows 39",
            "total: has 3, " + rooms + " allows 2",
            "pages: has 1, " + surface + " allows 0",
            "sizes: split what is too long, or see build/*.txt for what is allowed");

    Files.writeString(rooms, head + "module 9\nmore 9\ntests 30\ntotal 200\n");
    Files.writeString(surface, SURFACE.replace("pages 0", "pages 2"));
    assertThat(sizes("write")).isEqualTo(new Result(0, ""));
    assertThat(rooms).hasContent(head + "module 3\nmore 2\ntests 30\ntotal 200\n");
    assertThat(surface).content().contains("pages 1\n");

    Files.writeString(rooms, "module many kernels\n");
    assertThat(sizes().output()).contains("got 'module many kernels'", "expected: NAME NUMBER");
  }

  private Result api(String action, String source) throws IOException, InterruptedException {
    Path shown = Files.createDirectories(sources.resolve("shown")).resolve("Shape.java");
    Files.writeString(shown, "package shown;\n" + source);
    Path descriptor = sources.resolve("module-info.java");
    Files.writeString(descriptor, "module made { exports shown; exports hidden to made.too; }");
    Path hidden = Files.createDirectories(sources.resolve("hidden")).resolve("Hidden.java");
    Files.writeString(hidden, "package hidden;\npublic class Hidden {}");
    String classes = Files.createTempDirectory(folder, "classes").toString();
    List<String> options = List.of("-Xlint:none", "-d", classes);
    Result compiled = run("javac", options, "" + shown, "" + descriptor, "" + hidden);
    assertThat(compiled).isEqualTo(new Result(0, ""));
    String recorded = folder.resolve("recorded.txt").toString();
    return run("java", List.of("-cp", classes), program("Api.java"), action, classes, recorded);
  }

  @Test
  void breaksOfTheApiAreNamedAndAdditionsAreNot() throws IOException, InterruptedException {
    String start = "public interface Shape extends Runnable { int A = 1; ";
    assertThat(api("record", start + "long area(int[] x); }")).isEqualTo(new Result(0, ""));
    assertThat(folder.resolve("recorded.txt"))
        .hasContent(
            """
            public abstract interface shown.Shape
              public abstract long shown.Shape.area(int[])
              public static final int shown.Shape.A
              shown.Shape is a java.lang.Runnable
            """);

    String more = "long area(int[] x); default int sides() { return 4; } class Other {} }";
    assertThat(api("check", start + more)).isEqualTo(new Result(0, ""));

    Result broken = api("check", start + "long area(int x); }");
    assertThat(broken.exit()).isEqualTo(1);
    assertThat(broken.output().lines())
        .containsExactly(
            "api: 2 breaks of the API in " + folder.resolve("recorded.txt") + ":",
            "  gone: public abstract long shown.Shape.area(int[])",
            "  added, which implementations lack: public abstract long shown.Shape.area(int)",
            "api: restore them, or, where a break is meant, record it (-Dapi=record,"
                + " docs/releasing.md) and name it in CHANGELOG.md");
  }
}

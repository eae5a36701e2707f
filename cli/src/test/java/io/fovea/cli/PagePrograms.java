package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The Java blocks of a page, and a JVM of their own that runs them. */
public final class PagePrograms {
  /** The pages whose Java blocks are programs that a test runs. */
  public static final List<String> PAGES =
      List.of(
          "README.md",
          "docs/java.md",
          "docs/check-photos.md",
          "docs/production.md",
          "docs/replay.md");

  private static final Pattern BLOCK =
      Pattern.compile("(?s)```java\n(.*?)\n```(?:\\s*```\n[^`]*```)?(?:\\s*```text\n(.*?)\n```)?");

  private PagePrograms() {}

  /**
   * A block of Java on a page.
   *
   * @param code its lines
   * @param output what it prints, by the block of text that follows; empty if none does
   */
  record Block(String code, String output) {
    boolean isProgram() {
      return code.contains("void main(");
    }

    /** The file name that the first line gives, as a comment. */
    String file() {
      Matcher name = Pattern.compile("// (\\w+\\.java)\n").matcher(code);
      return name.lookingAt() ? name.group(1) : "Program.java";
    }
  }

  /** The blocks of a page, by its path from the project's folder. */
  static List<Block> blocks(String page) throws IOException {
    List<Block> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(Path.of("..").resolve(page)));
    while (block.find()) {
      blocks.add(new Block(block.group(1), block.group(2) == null ? "" : block.group(2)));
    }
    return blocks;
  }

  /** Where the libraries that a program may use were compiled to, and what they need. */
  static String classPath() {
    Pattern used =
        Pattern.compile(
            ".*(/(core|data|format|replay|transfer)/target/.*|jackson-core-.*jar|protobuf-java-.*jar)");
    String all =
        System.getProperty("jdk.module.path")
            + File.pathSeparator
            + System.getProperty("java.class.path");
    return Stream.of(all.split(File.pathSeparator, -1))
        .filter(entry -> used.matcher(entry.replace('\\', '/')).matches())
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Runs a program from its source, as the pages say; what it printed. */
  static String run(Path folder, String file, String code, String classPath)
      throws IOException, InterruptedException {
    Path source = Files.writeString(folder.resolve(file), code);
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                java,
                "--add-modules",
                "jdk.incubator.vector",
                "-Xmx1g",
                "-cp",
                classPath,
                source.getFileName().toString())
            .directory(folder.toFile())
            .redirectError(folder.resolve("errors").toFile())
            .start();
    try (OutputStream answers = process.getOutputStream()) { // to programs that ask
      answers.write("1\n2\n".repeat(6).getBytes(StandardCharsets.US_ASCII));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor())
        .as("%s\n%s\n%s", file, output, Files.readString(folder.resolve("errors")))
        .isZero();
    return output;
  }

  /** A text in which every number is a #, since another machine and other images give others. */
  static String withoutNumbers(String text) {
    return text.strip().replaceAll("\\d[\\d,.:]*", "#").replace("\r", "");
  }
}

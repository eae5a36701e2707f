package io.fovea.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JVMs that make objects of vectors, made so by their flags. */
@Tag("gate")
class BoxedVectorsTest {
  @TempDir private Path folder;

  /** The process's lines by their first word; its warnings are under "log". */
  private Map<String, String> run(int seconds, String... flags)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-Xmx1g"));
    command.addAll(List.of(flags));
    command.addAll(
        List.of("-cp", Path.of("target", "classes") + ":" + Path.of("target", "test-classes")));
    command.addAll(List.of(BoxedProcess.class.getName(), Integer.toString(seconds)));
    Path out = folder.resolve("out");
    Path log = folder.resolve("log");
    int code =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(log.toFile())
            .start()
            .waitFor();
    String errors = Files.readString(log, StandardCharsets.UTF_8);
    assertThat(code).as(errors).isZero();
    Map<String, String> lines = new HashMap<>();
    lines.put("log", errors);
    for (String line : Files.readAllLines(out)) {
      int space = line.indexOf(' ');
      lines.put(line.substring(0, space), line.substring(space + 1));
    }
    return lines;
  }

  private static long bytes(Map<String, String> lines) {
    return Long.parseLong(lines.getOrDefault("bytes", ""));
  }

  /** C2 without traps makes objects of the vectors of nested loops. */
  @Test
  void warmUp_noTraps_warnsOnce() throws IOException, InterruptedException {
    Map<String, String> usual = run(30);
    Map<String, String> trapless = run(12, "-XX:PerMethodTrapLimit=0");

    assertThat(usual).containsEntry("problem", "").containsEntry("cure", "");
    assertThat(bytes(usual)).isLessThan(100_000);
    // Boxed kernels allocate 60 MB; what else is not compiled yet has made 0.1.
    assertThat(usual.get("first")).as("bytes of a first pass").hasSizeLessThan(8);
    assertThat(trapless).containsEntry("outputs", usual.get("outputs"));
    assumeThat(bytes(trapless)).as("C2 needs no traps here").isGreaterThan(300_000);
    assertThat(trapless.get("problem"))
        .matches(
            "the JVM makes objects of vectors \\([\\d,]+ bytes a pass\\), since C2 has given up on a kernel's class; inference and training take many times as long");
    assertThat(trapless)
        .containsEntry(
            "cure", "start Java with -XX:PerMethodTrapLimit=10000, as the fovea launcher does");
    assertThat(trapless.get("log")).containsOnlyOnce("fovea: the JVM makes objects of vectors");
  }

  @Test
  void start_c1Only_warnsAtOnce() throws IOException, InterruptedException {
    Map<String, String> lines = run(1, "-XX:TieredStopAtLevel=1");

    assertThat(lines.get("log"))
        .containsOnlyOnce(
            "fovea: the JVM compiles with C1 only, so vectors are objects and inference takes 75 times as long; remove -XX:TieredStopAtLevel from the JVM's flags");
    assertThat(lines.get("problem")).startsWith("the JVM compiles with C1 only");
  }
}
